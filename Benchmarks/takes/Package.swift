// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "takes",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "framegen", path: "../..")],
    targets: [
        .executableTarget(
            name: "takes", dependencies: [.product(name: "Framegen", package: "framegen")],
            swiftSettings: [.treatAllWarnings(as: .error)])
    ])
