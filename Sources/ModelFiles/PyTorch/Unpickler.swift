internal import FrameGeneration

/// Reads the pickle of a checkpoint, protocols 2 to 5.
///
/// It executes nothing: the few callables that tensors and dictionaries need are recognised by name and stand for our
/// own code, and every other name gives a placeholder that knows nothing of the class but what items were set. Names
/// that only an attack needs end the reading. Work and memory are bounded by the number of instructions, as each adds
/// at most one value, and of tensors.
struct Unpickler {
    var pickle = Pickle()
    /// For messages, such as `x.pth: data.pkl`.
    let name: String
    let path: String
    /// Bytes of the archive's entries `data/<key>`, by key.
    let storageByteCounts: [String: Int]

    /// Some twenty instructions make a tensor; training runs save a few thousand tensors.
    private static let mostInstructions = 4_000_000
    private static let mostTensors = TensorTable.mostTensors
    private static let mostForeignNames = 3

    private var reader: ByteReader
    private var stack: [PickleValue] = []
    /// Heights of the stack where an unfinished tuple, list or dictionary began.
    private var marks: [Int] = []
    private var memo: [UInt32: PickleValue] = [:]

    private init(_ bytes: [UInt8], path: String, storageByteCounts: [String: Int]) {
        self.path = path
        name = "\(path): data.pkl"
        reader = ByteReader(bytes, named: name)
        self.storageByteCounts = storageByteCounts
    }

    /// - Throws: `FramegenError` with `.invalidData` when `bytes` are no pickle, or name what runs commands or code.
    static func pickle(
        of bytes: [UInt8], path: String, storageByteCounts: [String: Int]
    ) throws(FramegenError) -> Pickle {
        var unpickler = Unpickler(bytes, path: path, storageByteCounts: storageByteCounts)
        guard try unpickler.reader.integer(UInt8.self) == 0x80 else {
            throw unpickler.damaged("is not a pickle of protocol 2 to 5")
        }
        let version = try unpickler.reader.integer(UInt8.self)
        guard (2...5).contains(version) else {
            throw unpickler.damaged("is a pickle of protocol \(version), expected 2 to 5")
        }
        var count = 0
        while try unpickler.step() {
            count += 1
            if count % 4096 == 0 { try Task.checkNotCancelled() }
            guard count <= mostInstructions, unpickler.pickle.tensors.count <= mostTensors else {
                throw unpickler.damaged(
                    "is larger than any checkpoint, expected at most \(mostInstructions) instructions and "
                        + "\(mostTensors) tensors")
            }
        }
        return unpickler.pickle
    }

    func damaged(_ fault: String) -> FramegenError { FramegenError(.invalidData, "\(name) \(fault)") }

    /// Runs one instruction.
    ///
    /// - Returns: false after the last one.
    private mutating func step() throws(FramegenError) -> Bool {
        let position = reader.position
        let code = try reader.integer(UInt8.self)
        switch code {
        case 0x2e:  // STOP
            guard let value = stack.last, marks.isEmpty else { throw damaged("ends with no value") }
            pickle.root = value
            return false
        case 0x95:  // FRAME
            let count = try reader.integer(UInt64.self)
            guard count <= UInt64(reader.remaining) else { throw damaged("is cut short: a frame has \(count) bytes") }
        case 0x28: marks.append(stack.count)  // MARK
        case 0x30: _ = try pop()  // POP
        case 0x31: _ = try popToMark()  // POP_MARK
        case 0x32:  // DUP
            let top = try pop()
            stack += [top, top]
        default:
            if try pushConstant(code) { break }
            if try build(code) { break }
            if try remember(code) { break }
            if try call(code) { break }
            throw damaged(
                "has the instruction 0x\(String(code, radix: 16)) at byte \(position), which no checkpoint needs")
        }
        return true
    }

    mutating func push(_ value: PickleValue) { stack.append(value) }

    /// The topmost value; never one below the innermost mark.
    mutating func pop() throws(FramegenError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw damaged("is damaged: at byte \(reader.position) a value is missing")
        }
        return value
    }

    private mutating func popToMark() throws(FramegenError) -> [PickleValue] {
        guard let mark = marks.popLast() else {
            throw damaged("is damaged: at byte \(reader.position) a mark is missing")
        }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }
}

// MARK: - Instructions

extension Unpickler {
    private mutating func pushConstant(_ code: UInt8) throws(FramegenError) -> Bool {
        switch code {
        case 0x4e: push(.none)
        case 0x88: push(.boolean(true))
        case 0x89: push(.boolean(false))
        case 0x4b: push(.integer(Int(try reader.integer(UInt8.self))))  // BININT1
        case 0x4d: push(.integer(Int(try reader.integer(UInt16.self))))  // BININT2
        case 0x4a: push(.integer(Int(Int32(bitPattern: try reader.integer(UInt32.self)))))  // BININT
        case 0x8a: push(try longInteger(byteCount: try reader.integer(UInt8.self)))  // LONG1
        case 0x8b: push(try longInteger(byteCount: try reader.integer(UInt32.self)))  // LONG4
        case 0x47:  // BINFLOAT, the one number that is big-endian
            push(.number(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped)))
        case 0x8c: push(.string(try reader.text(try reader.integer(UInt8.self))))  // SHORT_BINUNICODE
        case 0x58: push(.string(try reader.text(try reader.integer(UInt32.self))))  // BINUNICODE
        case 0x8d: push(.string(try reader.text(try reader.integer(UInt64.self))))  // BINUNICODE8
        case 0x43: try pushIgnored(byteCount: try reader.integer(UInt8.self))  // SHORT_BINBYTES
        case 0x42: try pushIgnored(byteCount: try reader.integer(UInt32.self))  // BINBYTES
        case 0x8e, 0x96: try pushIgnored(byteCount: try reader.integer(UInt64.self))  // BINBYTES8, BYTEARRAY8
        default: return false
        }
        return true
    }

    private mutating func pushIgnored(byteCount: some BinaryInteger) throws(FramegenError) {
        _ = try reader.take(byteCount)
        push(.ignored)
    }

    /// A little-endian two's complement number; one over 64 bits is no size or offset, so nobody reads it.
    private mutating func longInteger(byteCount: some BinaryInteger) throws(FramegenError) -> PickleValue {
        let bytes = reader.bytes[try reader.take(byteCount)]
        guard byteCount <= 8, let top = bytes.last else { return byteCount == 0 ? .integer(0) : .ignored }
        var value = top & 0x80 == 0 ? 0 : -1
        for byte in bytes.reversed() { value = value << 8 | Int(byte) }
        return .integer(value)
    }

    /// Containers.
    private mutating func build(_ code: UInt8) throws(FramegenError) -> Bool {
        switch code {
        case 0x29, 0x5d, 0x8f: pushSequence([])  // EMPTY_TUPLE, EMPTY_LIST, EMPTY_SET
        case 0x85: pushSequence([try pop()])  // TUPLE1
        case 0x86:  // TUPLE2
            let second = try pop()
            pushSequence([try pop(), second])
        case 0x87:  // TUPLE3
            let third = try pop()
            let second = try pop()
            pushSequence([try pop(), second, third])
        case 0x74, 0x91: pushSequence(try popToMark())  // TUPLE, FROZENSET
        case 0x7d: pushDictionary()  // EMPTY_DICT
        case 0x61: try append([try pop()])  // APPEND
        case 0x65, 0x90: try append(try popToMark())  // APPENDS, ADDITEMS
        case 0x73:  // SETITEM
            let value = try pop()
            try setItems([try pop(), value])
        case 0x75: try setItems(try popToMark())  // SETITEMS
        default: return false
        }
        return true
    }

    private mutating func pushSequence(_ values: [PickleValue]) {
        pickle.sequences.append(values)
        push(.sequence(pickle.sequences.count - 1))
    }

    mutating func pushDictionary() {
        pickle.dictionaries.append([])
        push(.dictionary(pickle.dictionaries.count - 1))
    }

    private mutating func append(_ values: [PickleValue]) throws(FramegenError) {
        switch stack.last {
        case .sequence(let index): pickle.sequences[index] += values
        // Lists of a class of their own.
        case .object, .ignored: break
        default: throw damaged("is damaged: at byte \(reader.position) it appends to what is no list")
        }
    }

    private mutating func setItems(_ values: [PickleValue]) throws(FramegenError) {
        let index: Int
        switch stack.last {
        case .dictionary(let dictionary) where values.count.isMultiple(of: 2): index = dictionary
        // Dictionaries of a class of their own.
        case .object(let dictionary) where values.count.isMultiple(of: 2): index = dictionary
        case .ignored: return
        default: throw damaged("is damaged: at byte \(reader.position) it sets items of what is no dictionary")
        }
        for position in stride(from: 0, to: values.count, by: 2) {
            pickle.dictionaries[index].append((key: values[position], value: values[position + 1]))
        }
    }

    /// The memo, by which values are shared.
    private mutating func remember(_ code: UInt8) throws(FramegenError) -> Bool {
        switch code {
        case 0x71: try remember(at: UInt32(try reader.integer(UInt8.self)))  // BINPUT
        case 0x72: try remember(at: try reader.integer(UInt32.self))  // LONG_BINPUT
        case 0x94: try remember(at: UInt32(memo.count))  // MEMOIZE
        case 0x68: try recall(UInt32(try reader.integer(UInt8.self)))  // BINGET
        case 0x6a: try recall(try reader.integer(UInt32.self))  // LONG_BINGET
        default: return false
        }
        return true
    }

    private mutating func remember(at index: UInt32) throws(FramegenError) {
        let value = try pop()
        memo[index] = value
        push(value)
    }

    private mutating func recall(_ index: UInt32) throws(FramegenError) {
        guard let value = memo[index] else {
            throw damaged("is damaged: at byte \(reader.position) it refers to value \(index), which it never kept")
        }
        push(value)
    }

    private mutating func call(_ code: UInt8) throws(FramegenError) -> Bool {
        switch code {
        case 0x63:  // GLOBAL
            let module = try reader.line()
            push(.global(try global(module, try reader.line())))
        case 0x93:  // STACK_GLOBAL
            guard case (.string(let name), .string(let module)) = (try pop(), try pop()) else {
                throw damaged("is damaged: at byte \(reader.position) a name is missing")
            }
            push(.global(try global(module, name)))
        case 0x51: push(try storage(for: try pop()))  // BINPERSID
        case 0x52:  // REDUCE
            let arguments = try pop()
            try reduce(try pop(), arguments)
        case 0x81:  // NEWOBJ
            let arguments = try pop()
            try reduce(try pop(), arguments)
        case 0x92:  // NEWOBJ_EX, with named arguments
            _ = try pop()
            let arguments = try pop()
            try reduce(try pop(), arguments)
        case 0x62:  // BUILD: attributes such as a state dict's `_metadata`, which nobody reads
            _ = try pop()
            switch stack.last {
            case .dictionary, .tensor, .object, .ignored: break
            default: throw damaged("is damaged: at byte \(reader.position) it sets attributes of no object")
            }
        default: return false
        }
        return true
    }

    private mutating func global(_ module: String, _ name: String) throws(FramegenError) -> PickleGlobal {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw FramegenError(
                .invalidData,
                "\(path): refuses to call \(Printable.text("\(module).\(name)")): it can run commands or code where the "
                    + "file is opened with PyTorch, and no checkpoint needs it; do not trust the file")
        }
        if case .foreign = global, pickle.foreignNames.count < Self.mostForeignNames {
            let foreign = Printable.text("\(module).\(name)")
            if !pickle.foreignNames.contains(foreign) { pickle.foreignNames.append(foreign) }
        }
        return global
    }
}
