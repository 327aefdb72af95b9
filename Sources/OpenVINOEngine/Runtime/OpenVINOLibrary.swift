internal import COpenVINO
package import EngineSupport
internal import Foundation
package import FrameGeneration

/// An opened OpenVINO library.
///
/// Opened once a process and never closed; the shim keeps its functions, so this is no more than their number.
package struct OpenVINOLibrary: Sendable {
    /// As it was given.
    package let path: String
    /// OpenVINO's build number.
    package let version: String
    /// What the shim calls it.
    let number: Int32

    /// Opens the library at `path`.
    ///
    /// - Throws: `FramegenError` with `.invalidData` naming `path` when it cannot be loaded or is another library.
    package init(opening path: String) throws(FramegenError) {
        // Plugins are looked for beside the library, wherever the process has gone since.
        let absolutePath = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        var opened: Int32 = -1
        let message = shimText(capacity: 1024) { opened = framegen_openvino_open(absolutePath, $0, $1) }
        guard opened >= 0 else {
            throw FramegenError(.invalidData, "\(path) cannot be used as OpenVINO's library: \(message)")
        }
        var status: Int32 = 0
        let version = shimText(capacity: 256) { status = framegen_openvino_version(opened, $0, $1) }
        self.path = path
        self.version = version
        number = opened
        try check(status, "tell the version of \(path)")
    }

    /// Throws unless `status` is success.
    ///
    /// - Parameters:
    ///   - status: what a function of the shim returned.
    ///   - task: what OpenVINO was asked to do, as a verb and its object.
    ///   - failure: the kind of failure that anything but success is.
    /// - Throws: `FramegenError` with `failure` and OpenVINO's own words.
    func check(
        _ status: Int32, _ task: @autoclosure () -> String, failure: FramegenError.Code = .internalFailure
    ) throws(FramegenError) {
        guard status != 0 else { return }
        let reason = shimText(capacity: 2048) { framegen_openvino_describe(number, status, $0, $1) }
        throw FramegenError(failure, "OpenVINO could not \(task()) (status \(status)): \(reason)")
    }
}

extension RuntimeKind {
    /// How OpenVINO is found, and what of it running an ONNX model on the processor takes.
    package static let openVINO = RuntimeKind(
        name: "OpenVINO", libraryStem: "libopenvino_c", environmentVariable: "FRAMEGEN_OPENVINO",
        release: RuntimeRelease(
            package: "openvino", version: "2026.4.1",
            wheels: [
                RuntimeRelease.Wheel(
                    machine: "Linux x86_64", platform: "manylinux_2_28_x86_64",
                    sha256: "2d22b1da03f7caf74df30e9f6417d0ab2f637e4a38e08e1dcd294d2c37407aaf"),
                RuntimeRelease.Wheel(
                    machine: "Linux arm64", platform: "manylinux_2_35_aarch64",
                    sha256: "bea1eb3733c34ef331adc945da0ccda5937865031139073663be84c517ffda22"),
                RuntimeRelease.Wheel(
                    machine: "macOS arm64", platform: "macosx_11_0_arm64",
                    sha256: "d3740853691ae4a9003bc3417a4625d848e2cc3251af4b815c59199b38be252a"),
            ],
            wheelMegabytes: 60, libraryFolder: "openvino/libs",
            libraries: [
                "libopenvino.*", "libopenvino_c.*", "libopenvino_*_cpu_plugin.*", "libopenvino_onnx_frontend.*",
                "libopenvino_ir_frontend.*", "libtbb.*", "libtbbmalloc.*", "libtbbbind_*", "libhwloc.*",
            ],
            licences: ["openvino-2026.4.1.dist-info/licenses"]),
        installerFolders: ["/opt/intel/openvino*/runtime/lib/*"])
}
