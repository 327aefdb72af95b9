// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "Talk",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "framegen", path: "../..")],
    targets: [
        .executableTarget(name: "Talk", dependencies: [.product(name: "Framegen", package: "framegen")])
    ]
)
