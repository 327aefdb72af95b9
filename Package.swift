// swift-tools-version: 6.2

import PackageDescription

// Not where the package is somebody's dependency: a newer compiler has new warnings.
let warningsAreErrors = Context.environment["FRAMEGEN_WARNINGS_AS_ERRORS"] == "1"

let strict: [SwiftSetting] =
    (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])
    + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]

// Where runtimes are opened at run time, and where FFmpeg is: not in an app of a phone.
let withRuntimes: [Platform] = [.linux, .macOS]

// `Media` and what it gives on. SwiftPM builds anew what names the target that has changed, and no more: who named the
// facade alone would go on with the old layout of the types behind it.
let mediaParts: [Target.Dependency] = [
    "MediaSupport", "AppleMedia",
    .target(name: "FFmpegMedia", condition: .when(platforms: withRuntimes, traits: ["FFmpeg"])),
]
let media: [Target.Dependency] = ["Media"] + mediaParts

// Mac Catalyst by name: what is for iOS is not for it.
let apple: [Platform] = [.macOS, .iOS, .macCatalyst, .tvOS, .visionOS]

// Core ML and vImage are Apple's: elsewhere no product knows what uses them, and on Linux it is linked with stand-ins, for
// tests.
let coreMLGoldenTests = Target.testTarget(
    name: "CoreMLGoldenTests", dependencies: ["CoreMLEngine", "FrameGeneration", "ModelFiles", "TestSupport"],
    path: "Tests/Apple/CoreMLGoldenTests", swiftSettings: strict)
#if os(Linux)
    let (coreMLEngine, vImage): ([Target.Dependency], [Target.Dependency]) = ([], [])
    let appleTargets: [Target] = [
        .target(
            name: "FakeCoreML", dependencies: ["FrameGeneration", "ModelFiles", "OpenVINOEngine"],
            path: "Tests/Apple/Fakes/FakeCoreML", swiftSettings: strict),
        .target(name: "FakeAccelerate", path: "Tests/Apple/Fakes/FakeAccelerate", swiftSettings: strict),
        .target(
            name: "VImageConversions", dependencies: ["MediaSupport", "ModelFiles", "FakeAccelerate"],
            swiftSettings: strict + [.unsafeFlags(["-module-alias", "Accelerate=FakeAccelerate"])]),
        .target(
            name: "CoreMLEngine", dependencies: ["FrameGeneration", "ModelFiles", "VImageConversions", "FakeCoreML"],
            swiftSettings: strict + [.unsafeFlags(["-module-alias", "CoreML=FakeCoreML"])]),
        .testTarget(
            name: "CoreMLEngineTests",
            dependencies: ["CoreMLEngine", "FakeCoreML", "FrameGeneration", "ModelFiles", "TestSupport"],
            path: "Tests/Apple/CoreMLEngineTests", swiftSettings: strict),
        .testTarget(
            name: "VImageConversionsTests",
            dependencies: ["FakeAccelerate", "MediaSupport", "ModelFiles", "VImageConversions"],
            path: "Tests/Apple/VImageConversionsTests", swiftSettings: strict),
        coreMLGoldenTests,
    ]
#else
    let coreMLEngine: [Target.Dependency] = [.target(name: "CoreMLEngine", condition: .when(platforms: apple))]
    let vImage: [Target.Dependency] = [.target(name: "VImageConversions", condition: .when(platforms: apple))]
    let appleTargets: [Target] = [
        .target(name: "VImageConversions", dependencies: ["MediaSupport", "ModelFiles"], swiftSettings: strict),
        .target(
            name: "CoreMLEngine", dependencies: ["FrameGeneration", "ModelFiles", "VImageConversions"],
            swiftSettings: strict),
        coreMLGoldenTests,
    ]
#endif

let package = Package(
    name: "framegen",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2)],
    products: [
        .library(name: "Framegen", targets: ["Framegen"]),
        .library(name: "FramegenUI", targets: ["FramegenUI"]),
        .library(name: "FrameGeneration", targets: ["FrameGeneration"]),
        .library(name: "FramegenTools", targets: ["FramegenTools"]),
        .executable(name: "framegen", targets: ["framegen-cli"]),
    ],
    traits: [
        .trait(
            name: "FFmpeg",
            description: """
                Images, sound and video through libjpeg-turbo, libpng and FFmpeg's libraries on Linux and macOS. Without \
                it, and on other systems in any case, they go through Apple's frameworks, and on Linux there are none; the \
                tools, the commands and the server need it.
                """),
        .default(enabledTraits: ["FFmpeg"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        // For `make documentation` alone; no target depends on it.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    ],
    targets: [
        // Pure Swift: builds wherever Swift does, with no C library present.
        .target(
            name: "FrameGeneration",
            dependencies: [.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")],
            // Apple's stores ask for it: this target asks files for their dates and sizes, and every program has it.
            resources: [.copy("Privacy/PrivacyInfo.xcprivacy")],
            // For the spans of `PageArray`, which say how long what they show is there.
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
        .target(name: "ModelFiles", dependencies: ["FrameGeneration"], swiftSettings: strict),

        // How the C library's heap gives memory back.
        .target(name: "CAllocator"),
        // What engines that open a runtime's shared library have in common.
        .target(name: "EngineSupport", dependencies: ["CAllocator", "FrameGeneration"], swiftSettings: strict),

        // Engines: one target each, every runtime opened at run time.
        .target(name: "COpenVINO", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "OpenVINOEngine",
            dependencies: ["CAllocator", "FrameGeneration", "ModelFiles", "EngineSupport", "COpenVINO"],
            swiftSettings: strict),
        .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(
            name: "ONNXRuntimeEngine",
            dependencies: ["FrameGeneration", "ModelFiles", "EngineSupport", "COnnxRuntime"],
            swiftSettings: strict),

        // The layers at full resolution, which no engine fuses, beside any of them.
        .target(name: "CFusedLayers"),
        .target(name: "FusedLayers", dependencies: ["CFusedLayers", "FrameGeneration"], swiftSettings: strict),

        // Images, sound and video: what is the same on every platform, and one target for each way to the rest.
        .target(name: "MediaSupport", dependencies: ["FrameGeneration"], swiftSettings: strict),
        // Through system libraries.
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .target(name: "CPNG", dependencies: ["CLibPNG"]),
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev", "libswresample-dev",
                ]),
                .brew(["ffmpeg"]),
            ]),
        .target(name: "CFFmpegShims", dependencies: ["CFFmpeg"]),
        .target(
            name: "FFmpegMedia",
            dependencies: [
                "CAllocator", "FrameGeneration", "MediaSupport", "CTurboJPEG", "CPNG", "CFFmpeg", "CFFmpegShims",
            ],
            // So that it builds with an FFmpeg that is newer than the one it was written for.
            swiftSettings: strict + [.treatWarning("DeprecatedDeclaration", as: .warning)]),
        // Through Apple's frameworks; elsewhere what of it is plain Swift.
        .target(
            name: "AppleMedia", dependencies: ["FrameGeneration", "MediaSupport"] + vImage, swiftSettings: strict),
        // The one of the two that is used.
        .target(name: "Media", dependencies: mediaParts, swiftSettings: strict),

        // The one place where the parts are put together.
        .target(
            name: "Framegen",
            dependencies: [
                "FrameGeneration", "ModelFiles", "EngineSupport",
                .target(name: "FusedLayers", condition: .when(platforms: withRuntimes)),
                .target(name: "OpenVINOEngine", condition: .when(platforms: withRuntimes)),
                .target(name: "ONNXRuntimeEngine", condition: .when(platforms: withRuntimes)),
            ] + media + coreMLEngine,
            swiftSettings: strict),
        // An avatar on the screen of an app.
        .target(
            name: "FramegenUI", dependencies: ["AppleMedia", "Framegen", "FrameGeneration"], swiftSettings: strict),
        // What tools need and apps do not: comparison, inspection, diagnosis, export, benchmarks, dumps, batches, and the
        // installation of runtimes.
        .target(
            name: "FramegenTools",
            dependencies: [
                "Framegen", "FrameGeneration", "FusedLayers", "ModelFiles", "EngineSupport", "OpenVINOEngine",
                "ONNXRuntimeEngine",
            ] + media + coreMLEngine,
            swiftSettings: strict),
        // Which commit this was built from, where who builds says so: SwiftPM remembers what git said at an earlier one. What
        // depends on it is compiled anew for every commit.
        .target(
            name: "CBuildCommit",
            cSettings: Context.environment["FRAMEGEN_COMMIT"].map { [.define("FRAMEGEN_COMMIT", to: $0)] } ?? []),
        .target(
            name: "FramegenCommands",
            dependencies: [
                "CAllocator", "Framegen", "FramegenTools", "FrameGeneration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + media,
            swiftSettings: strict),
        .executableTarget(
            name: "framegen-cli", dependencies: ["CBuildCommit", "FramegenCommands"],
            swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: [
                "FrameGeneration", "ModelFiles", "EngineSupport", "OpenVINOEngine", "ONNXRuntimeEngine",
            ] + media,
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "FrameGenerationTests", dependencies: ["FrameGeneration", "ModelFiles", "TestSupport"] + media,
            swiftSettings: strict),
        .testTarget(name: "ModelFilesTests", dependencies: ["ModelFiles", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests", dependencies: ["EngineSupport", "OpenVINOEngine", "ONNXRuntimeEngine", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FusedLayersTests",
            dependencies: ["FrameGeneration", "FusedLayers", "OpenVINOEngine", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "MediaTests", dependencies: ["CFFmpeg", "TestSupport"] + media, swiftSettings: strict),
        .testTarget(
            name: "AppleMediaTests",
            dependencies: ["AppleMedia", "FFmpegMedia", "FrameGeneration", "MediaSupport", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FramegenUITests", dependencies: ["FrameGeneration", "FramegenUI", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "FramegenTests",
            dependencies: ["EngineSupport", "Framegen", "FramegenTools", "OpenVINOEngine", "TestSupport"] + media,
            swiftSettings: strict),
        // A program that uses the library and sets nothing of its process.
        .executableTarget(
            name: "library-process", dependencies: ["Framegen"], path: "Tests/LibraryProcess", swiftSettings: strict),
        .testTarget(
            name: "FramegenCommandsTests",
            dependencies: [
                "FramegenCommands", "TestSupport", "framegen-cli", "library-process",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + media,
            exclude: ["Help"],
            swiftSettings: strict),
    ] + appleTargets,
    swiftLanguageModes: [.v6]
)

if Context.environment["FRAMEGEN_LIBRARIES_ALONE"] == "1" {
    // The sanitizers' builds, which leave out what their tests do not use: it would take far longer to compile.
    package.products.removeAll { ["FramegenTools", "framegen"].contains($0.name) }
    package.targets.removeAll { target in
        [
            "FramegenTools", "FramegenCommands", "framegen-cli", "library-process", "FramegenTests",
            "FramegenCommandsTests",
        ].contains(target.name)
    }
} else {
    package.products.append(.executable(name: "framegen-server", targets: ["framegen-server"]))
    package.dependencies += [
        // The server's; who uses a library or the command line neither fetches nor builds them.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ]
    package.targets += [
        // HTTP, sessions, jobs and the page; nothing else links an HTTP stack.
        .target(
            name: "FramegenServer",
            dependencies: [
                "Framegen", "FrameGeneration",
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ] + media,
            resources: [.copy("Page"), .copy("OpenAPI/openapi.json")],
            swiftSettings: strict),
        .executableTarget(
            name: "framegen-server",
            dependencies: [
                "CAllocator", "CBuildCommit", "FramegenServer", "FrameGeneration",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FramegenServerTests",
            dependencies: [
                "FramegenServer", "TestSupport", .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + media,
            swiftSettings: strict),
    ]
}
