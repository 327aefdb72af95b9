/// An inference runtime that is looked for at run time: what it is called, where it may be, and what is installed of it.
package struct RuntimeKind: Sendable {
    /// Its name in sentences.
    package let name: String
    /// The name of the library that holds its C functions, up to the first full stop.
    package let libraryStem: String
    /// The variable that names the folder of its libraries.
    package let environmentVariable: String
    /// What is installed.
    package let release: RuntimeRelease
    /// Where other packages and installers put it; `*` stands for any name.
    package let systemFolders: [String]

    /// A runtime whose own installers use `installerFolders` beside the system's own folders.
    package init(
        name: String, libraryStem: String, environmentVariable: String, release: RuntimeRelease,
        installerFolders: [String] = []
    ) {
        self.name = name
        self.libraryStem = libraryStem
        self.environmentVariable = environmentVariable
        self.release = release
        systemFolders = SystemFolders.packages + installerFolders + SystemFolders.homebrew
    }
}
