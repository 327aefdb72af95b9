/// What the files of a package are called, and the version that is written.
enum CoreMLFormat {
    static let manifest = "Manifest.json"
    /// Where the manifest's items lie.
    static let data = "Data"
    static let author = "com.apple.CoreML"
    static let model = "model.mlmodel"
    static let weights = "weights"
    static let weightFile = "weight.bin"
    /// How the program calls the folder that its model is in.
    static let modelFolder = "@model_path/"

    /// iOS 16 and macOS 13, the first whose inputs and outputs may be float16.
    static let specificationVersion = 7
    /// The newest operation set that goes with `specificationVersion`.
    static let opset = "CoreML6"
    /// The program's only function.
    static let function = "main"
}
