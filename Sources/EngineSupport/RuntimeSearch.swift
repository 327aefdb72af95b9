internal import Foundation
package import FrameGeneration

/// Where a runtime is looked for, and the search itself; it looks at names only and loads nothing.
///
/// The places, in their order:
///
/// 1. the folder that the caller asked for,
/// 2. the folder that the environment names (`FRAMEGEN_OPENVINO`, `FRAMEGEN_ONNXRUNTIME`),
/// 3. with the program: `lib/framegen/runtimes` or `.runtimes` in a folder above the running executable, the nearest first,
/// 4. the user's folder for data,
/// 5. `/usr/local/lib/framegen/runtimes` and `/usr/lib/framegen/runtimes`,
/// 6. the system's library folders.
package struct RuntimeSearch: Sendable {
    /// What is looked for.
    package let kind: RuntimeKind
    /// The folder the caller asked for.
    package var libraryFolder: String?
    /// The folder that the kind's environment variable names.
    package var environmentFolder: String?
    /// The running program; the folders above it are searched for runtimes.
    package var executablePath: String?
    /// Folders of installed runtimes: the user's and the system's.
    package var runtimeFolders: [String]
    /// Library folders of the system; `*` stands for any name.
    package var systemFolders: [String]

    /// A search that starts from this process.
    package init(for kind: RuntimeKind, libraryFolder: String? = nil) {
        self.init(
            for: kind, libraryFolder: libraryFolder,
            environmentFolder: ProcessInfo.processInfo.environment[kind.environmentVariable],
            executablePath: Bundle.main.executableURL?.resolvingSymlinksInPath().path(percentEncoded: false),
            runtimeFolders: [RuntimeFolders.user, RuntimeFolders.system, RuntimeFolders.packages],
            systemFolders: kind.systemFolders)
    }

    /// A search through just these places.
    package init(
        for kind: RuntimeKind, libraryFolder: String?, environmentFolder: String?, executablePath: String?,
        runtimeFolders: [String], systemFolders: [String]
    ) {
        self.kind = kind
        self.libraryFolder = libraryFolder
        // Set to nothing is how shells unset a variable for one command.
        self.environmentFolder = environmentFolder == "" ? nil : environmentFolder
        self.executablePath = executablePath
        self.runtimeFolders = runtimeFolders
        self.systemFolders = systemFolders
    }

    /// The file that holds the runtime's C functions, in the first place that has one.
    ///
    /// A folder that was named by the caller or by the environment must have one; no other place is looked at then.
    package func libraryPath() throws(FramegenError) -> String {
        if let libraryFolder { return try library(inNamedFolder: libraryFolder, origin: "") }
        if let environmentFolder {
            return try library(inNamedFolder: environmentFolder, origin: " that \(kind.environmentVariable) names")
        }
        let installed = (foldersWithProgram + runtimeFolders).map { "\($0)/\(kind.release.package)" }
        for folder in installed + systemFolders.flatMap(Self.expanded) {
            if let path = library(in: folder) { return path }
        }
        throw notFound
    }

    /// Where runtimes may be in every folder above the executable, the nearest first.
    private var foldersWithProgram: [String] {
        guard let executablePath else { return [] }
        var folders: [String] = []
        var folder = URL(filePath: executablePath).deletingLastPathComponent().standardizedFileURL
        while true {
            for name in RuntimeFolders.withProgram {
                folders.append(folder.appending(path: name).path(percentEncoded: false))
            }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            // A path can only get shorter this often.
            guard parent.pathComponents.count < folder.pathComponents.count else { return folders }
            folder = parent
        }
    }

    private var notFound: FramegenError {
        var places = runtimeFolders + systemFolders
        if let executablePath {
            places.insert(
                "\(RuntimeFolders.withProgram.joined(separator: " or ")) of a folder above \(executablePath)", at: 0)
        }
        return FramegenError(
            .notFound,
            "\(kind.name) is missing: there is no \(kind.libraryStem) in \(places.joined(separator: ", ")); install it "
                + "with `framegen runtimes install`, or set \(kind.environmentVariable) to the folder that holds "
                + "\(kind.name)'s libraries")
    }

    private func library(inNamedFolder folder: String, origin: String) throws(FramegenError) -> String {
        if let path = library(in: folder) { return path }
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory)
        let fault =
            if !exists {
                "does not exist"
            } else if !isDirectory.boolValue {
                "is not a folder"
            } else if (try? FileManager.default.contentsOfDirectory(atPath: folder)) == nil {
                "cannot be read"
            } else {
                "holds no \(kind.libraryStem)"
            }
        throw FramegenError(
            .notFound,
            "the \(kind.name) folder \(folder)\(origin) \(fault); expected the folder that \(kind.name)'s libraries "
                + "are in")
    }

    /// The C library in `folder`, of the highest version if there are several.
    ///
    /// Wheels hold versioned names only: `libopenvino_c.so.2641`, `libopenvino_c.2641.dylib`.
    private func library(in folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let stem = kind.libraryStem
        let candidates = names.filter { name in
            name == "\(stem).so" || name.hasPrefix("\(stem).so.")
                || (name.hasPrefix("\(stem).") && name.hasSuffix(".dylib"))
        }
        return candidates.max(by: Self.isOlder).map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
    }

    /// The folders that a pattern with `*` for a whole or a part of a name stands for, the highest version first.
    private static func expanded(_ pattern: String) -> [String] {
        var folders = [""]
        for component in pattern.split(separator: "/") {
            guard let star = component.firstIndex(of: "*") else {
                folders = folders.map { "\($0)/\(component)" }
                continue
            }
            let (prefix, suffix) = (component[..<star], component[component.index(after: star)...])
            folders = folders.flatMap { folder in
                ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                    .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
                    .sorted { isOlder($1, $0) }
                    .map { "\(folder)/\($0)" }
            }
        }
        return folders
    }

    private static func isOlder(_ first: String, _ second: String) -> Bool {
        first.compare(second, options: .numeric) == .orderedAscending
    }
}
