internal import COnnxRuntime
package import EngineSupport
internal import Foundation
package import FrameGeneration

/// An opened ONNX Runtime library.
///
/// Opened once a process and never closed; the shim keeps its functions, so this is little more than their number.
package struct ONNXRuntimeLibrary: Sendable {
    /// As it was given.
    package let path: String
    /// ONNX Runtime's version.
    package let version: String
    /// The execution providers it was built with, in its own words.
    package let providerNames: [String]
    /// What the shim calls it.
    let number: Int32

    /// Opens the library at `path`.
    ///
    /// - Throws: `FramegenError` with `.invalidData` naming `path` when it cannot be loaded, is another library, or is
    ///   too old.
    package init(opening path: String) throws(FramegenError) {
        // Libraries of execution providers are looked for beside it, wherever the process has gone since.
        let absolutePath = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        var opened: Int32 = -1
        let message = shimText(capacity: 1024) { opened = framegen_onnxruntime_open(absolutePath, $0, $1) }
        guard opened >= 0 else {
            throw FramegenError(.invalidData, "\(path) cannot be used as ONNX Runtime's library: \(message)")
        }
        var status: OpaquePointer?
        let names = shimString(capacity: 2048) { status = framegen_onnxruntime_providers(opened, $0, $1) }
        self.path = path
        version = shimText(capacity: 64) { framegen_onnxruntime_version(opened, $0, $1) }
        providerNames = names.split(separator: "\n").map(String.init)
        number = opened
        try check(status, "list its execution providers")
    }

    /// Throws unless the library was built with `provider`.
    ///
    /// - Throws: `FramegenError` with `.notFound` that says what it was built with and how to get another one.
    func requireOffer(of provider: ExecutionProvider) throws(FramegenError) {
        guard !providerNames.contains(provider.listedName) else { return }
        let offered = ExecutionProvider.allCases.filter { providerNames.contains($0.listedName) }
        throw FramegenError(
            .notFound,
            "ONNX Runtime \(version) at \(path) was built without the provider \(provider.rawValue); it offers "
                + "\(offered.map(\.rawValue).joined(separator: ", ")); set \(RuntimeKind.onnxRuntime.environmentVariable) "
                + "to the folder of a build that has it")
    }

    /// Throws if `status` is a failure, and frees it.
    ///
    /// - Parameters:
    ///   - status: what a function of the shim returned.
    ///   - task: what ONNX Runtime was asked to do, as a verb and its object.
    ///   - failure: the kind of failure that anything but success is.
    /// - Throws: `FramegenError` with `failure` and ONNX Runtime's own words.
    func check(
        _ status: OpaquePointer?, _ task: @autoclosure () -> String, failure: FramegenError.Code = .internalFailure
    ) throws(FramegenError) {
        guard let status else { return }
        let reason = shimText(capacity: 2048) { framegen_onnxruntime_take_message(number, status, $0, $1) }
        throw FramegenError(failure, "ONNX Runtime could not \(task()): \(reason)")
    }
}

extension RuntimeKind {
    /// How ONNX Runtime is found, and what of it is installed.
    ///
    /// The version is the last whose builds for Linux and macOS cannot report to their makers; later ones do so unless
    /// told otherwise.
    package static let onnxRuntime = RuntimeKind(
        name: "ONNX Runtime", libraryStem: "libonnxruntime", environmentVariable: "FRAMEGEN_ONNXRUNTIME",
        release: RuntimeRelease(
            package: "onnxruntime", version: "1.28.0",
            wheels: [
                RuntimeRelease.Wheel(
                    machine: "Linux x86_64", platform: "manylinux_2_28_x86_64",
                    sha256: "a166b78ee04f3a37fa1ef82034b6a3ce96d9684e582d4d30b296de83e9998bb5"),
                RuntimeRelease.Wheel(
                    machine: "Linux arm64", platform: "manylinux_2_28_aarch64",
                    sha256: "8d66f9ceb29909c70839e4e4fb3435c7b490050d8f162bd5f3aba4ca01ee517f"),
                RuntimeRelease.Wheel(
                    machine: "macOS arm64", platform: "macosx_14_0_arm64",
                    sha256: "f5c5daabd28aad610f83fdcf32acec8fb57e6adc6c6a39fe2a3c755db957b410"),
            ],
            wheelMegabytes: 25, libraryFolder: "onnxruntime/capi", libraries: ["libonnxruntime.*"],
            licences: ["onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"]))
}
