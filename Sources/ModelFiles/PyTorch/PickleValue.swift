/// A value of a pickle.
///
/// Containers and tensors are numbers into the tables of a `Pickle`: shared and self-referential values cost nothing,
/// and deep nesting needs no recursion, neither to build nor to release.
enum PickleValue: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    /// Tuples, lists and sets.
    case sequence(Int)
    case dictionary(Int)
    case tensor(Int)
    case storage(Int)
    case global(PickleGlobal)
    /// What stands for an object of a class that we do not know; the dictionary of its items, most often empty.
    case object(Int)
    /// What a checkpoint may hold and nobody reads: bytes, devices, numbers too large.
    case ignored

    /// What it is called in messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .boolean: "a truth value"
        case .integer, .number: "a number"
        case .string: "a string"
        case .sequence: "a list"
        case .dictionary: "a dictionary"
        case .tensor: "a tensor"
        case .storage: "a storage"
        case .global, .object, .ignored: "an object"
        }
    }
}

/// An unpickled tree of values.
struct Pickle: Sendable {
    var root = PickleValue.none
    var sequences: [[PickleValue]] = []
    /// Pairs in the order they were set; of equal keys the last counts.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var tensors: [StoredTensor] = []
    var storages: [StoredStorage] = []
    /// What the objects are made by that stand here as placeholders, each once, and no more than fit into a message.
    var foreignNames: [String] = []
}

/// The callables and classes that a pickle names.
enum PickleGlobal: Sendable {
    /// `collections.OrderedDict` and its like.
    case dictionary
    case rebuildTensor, rebuildTensorV2, rebuildTensorV3
    case rebuildParameter, rebuildParameterWithState
    /// A storage class; nil for the untyped one.
    case storage(TensorDataType?)
    case dataType(TensorDataType)
    /// `torch.Size`, a tuple.
    case size
    /// Called, it gives what nobody reads.
    case ignored
    /// Any other. It is looked up nowhere: called, it gives a placeholder.
    case foreign

    /// Modules that give commands to the system, or fetch and run code.
    private static let commandModules: Set<Substring> = [
        "os", "posix", "nt", "subprocess", "pty", "shutil", "socket", "sys", "runpy", "importlib", "ctypes",
        "webbrowser", "pickle", "_pickle", "marshal",
    ]
    private static let commandFunctions: Set<String> = [
        "eval", "exec", "execfile", "compile", "open", "__import__", "breakpoint",
    ]

    /// - Returns: nil for a name that is there to run commands or code where PyTorch opens the file. Here it would run
    ///   nothing, as no name does; but nobody wants to use such a file.
    init?(module: String, name: String) {
        if Self.commandModules.contains(module.prefix { $0 != "." }) { return nil }
        switch (module, name) {
        // Schedulers keep a Counter of milestones.
        case ("collections", "OrderedDict"), ("collections", "Counter"): self = .dictionary
        case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
        case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
        case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"), ("torch.storage", "TypedStorage"):
            self = .storage(nil)
        case ("torch", "Size"): self = .size
        // How protocol 2 writes bytes; and devices and sets beside the weights.
        case ("_codecs", "encode"), ("torch", "device"), ("__builtin__", "set"), ("builtins", "set"):
            self = .ignored
        case ("torch", _):
            if let type = TensorDataType(storageName: name) {
                self = .storage(type)
            } else if let type = TensorDataType(rawValue: name) {
                self = .dataType(type)
            } else {
                self = .foreign
            }
        case ("builtins", _), ("__builtin__", _):
            if Self.commandFunctions.contains(name) { return nil }
            self = .foreign
        default: self = .foreign
        }
    }
}
