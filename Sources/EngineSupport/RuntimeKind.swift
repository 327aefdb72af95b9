/// An inference runtime that is looked for at run time: what it is called and where it may be.
package struct RuntimeKind: Sendable {
    /// Its name in sentences.
    package let name: String
    /// The name of the library that holds its C functions, up to the first full stop.
    package let libraryStem: String
    /// The variable that names the folder of its libraries.
    package let environmentVariable: String
    /// What framegen's set-up fills, in the package's folder.
    package let setUpFolder: String
    /// Where packages and installers put it; `*` stands for any name.
    package let systemFolders: [String]

    /// A runtime whose installers use `installFolders` beside the system's own folders.
    package init(
        name: String, libraryStem: String, environmentVariable: String, setUpFolder: String,
        installFolders: [String] = []
    ) {
        self.name = name
        self.libraryStem = libraryStem
        self.environmentVariable = environmentVariable
        self.setUpFolder = setUpFolder
        systemFolders = SystemFolders.packages + installFolders + SystemFolders.homebrew
    }
}
