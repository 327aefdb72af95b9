// swift-tools-version: 6.2

// An app for Xcode: open the folder. `./prepare` puts the demo avatar into it first.
import AppleProductTypes
import PackageDescription

let package = Package(
    name: "TalkingFace",
    platforms: [.iOS("18.0")],
    products: [
        .iOSApplication(
            name: "TalkingFace", targets: ["AppModule"], bundleIdentifier: "org.example.talkingface",
            displayVersion: "1.0",
            bundleVersion: "1", appIcon: .placeholder(icon: .mic), accentColor: .presetColor(.blue),
            supportedDeviceFamilies: [.pad, .phone],
            supportedInterfaceOrientations: [
                .portrait, .landscapeLeft, .landscapeRight, .portraitUpsideDown(.when(deviceFamilies: [.pad])),
            ])
    ],
    // The checkout has to be a folder of that name.
    dependencies: [.package(name: "framegen", path: "../..")],
    targets: [
        .executableTarget(
            name: "AppModule",
            dependencies: [
                .product(name: "Framegen", package: "framegen"), .product(name: "FramegenUI", package: "framegen"),
            ],
            path: ".", exclude: ["prepare"], resources: [.copy("Avatar")])
    ],
    swiftLanguageModes: [.v6]
)
