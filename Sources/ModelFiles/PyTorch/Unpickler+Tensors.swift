internal import FrameGeneration

extension Unpickler {
    /// The storage that a persistent id stands for: `("storage", class, key, location, element count)`.
    mutating func storage(for id: PickleValue) throws(FramegenError) -> PickleValue {
        // Of a type that no weights have, such as complex numbers.
        if let id = elements(id), id.count == 5, case .global(.foreign) = id[1] { return .ignored }
        guard let id = elements(id), id.count == 5, case .string("storage") = id[0],
            case .global(.storage(let dataType)) = id[1], case .string(let key) = id[2],
            case .integer(let elementCount) = id[4], elementCount >= 0
        else { throw damaged("is damaged: a storage is not described as torch.save does") }
        guard let stored = storageByteCounts[key] else {
            throw FramegenError(.invalidData, "\(path): the archive holds no storage data/\(Printable.text(key))")
        }
        let (byteCount, overflow) = elementCount.multipliedReportingOverflow(by: dataType?.byteCount ?? 1)
        guard !overflow, byteCount <= stored else {
            throw FramegenError(
                .invalidData,
                "\(path): data/\(Printable.text(key)) has \(stored) bytes, expected \(elementCount) elements of "
                    + (dataType?.rawValue ?? "a byte"))
        }
        pickle.storages.append(StoredStorage(key: key, dataType: dataType, byteCount: byteCount))
        return .storage(pickle.storages.count - 1)
    }

    /// Stands for the call of `callable`, which our own code answers.
    mutating func reduce(_ callable: PickleValue, _ arguments: PickleValue) throws(FramegenError) {
        switch (callable, elements(arguments)) {
        case (.global(let global), let arguments?): try reduce(global, arguments)
        // What was got from a placeholder, such as a method.
        case (.object, _?), (.ignored, _?): pushObject()
        default: throw damaged("is damaged: it calls what is no function")
        }
    }

    private mutating func reduce(_ global: PickleGlobal, _ arguments: [PickleValue]) throws(FramegenError) {
        switch global {
        case .dictionary:
            switch arguments.first {
            case nil: pushDictionary()
            // Not copied: nobody changes either, and copies of copies are how a small file grows large.
            case .dictionary(let index) where arguments.count == 1: push(.dictionary(index))
            default: throw damaged("makes a dictionary from \(arguments.count) arguments, expected none")
            }
        case .rebuildTensor:
            // (storage, offset, shape, strides)
            push(try tensor(arguments, counts: 4...4, dataType: nil))
        case .rebuildTensorV2:
            // (…, requires_grad, backward_hooks, metadata)
            push(try tensor(arguments, counts: 6...7, dataType: nil))
        case .rebuildTensorV3:
            // (…, requires_grad, backward_hooks, dtype, metadata)
            switch arguments.count >= 7 ? arguments[6] : .none {
            case .global(.dataType(let type)): push(try tensor(arguments, counts: 7...8, dataType: type))
            case .global(.foreign): push(.ignored)
            default: throw damaged("rebuilds a tensor with no data type")
            }
        case .rebuildParameter, .rebuildParameterWithState:
            switch arguments.first {
            case .tensor(let index): push(.tensor(index))
            case .object, .ignored: push(.ignored)
            default: throw damaged("makes a parameter of what is no tensor")
            }
        case .size: push(arguments.first ?? .ignored)
        case .ignored: push(.ignored)
        case .foreign: pushObject()
        case .storage, .dataType: throw damaged("makes a storage without torch.save's reference to one")
        }
    }

    /// A tensor from the arguments of one of PyTorch's rebuilding functions; `dataType` is given where the storage is
    /// untyped.
    private mutating func tensor(
        _ arguments: [PickleValue], counts: ClosedRange<Int>, dataType: TensorDataType?
    ) throws(FramegenError) -> PickleValue {
        if counts.contains(arguments.count), case .ignored = arguments[0] { return .ignored }
        guard counts.contains(arguments.count), case .storage(let index) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw damaged("is damaged: a tensor is not described as torch.save does") }
        // Such as "is the negative of what is stored"; torch.save leaves it out where there is none.
        if counts.upperBound >= 7, arguments.count == counts.upperBound,
            case .dictionary(let metadata) = arguments[arguments.count - 1], !pickle.dictionaries[metadata].isEmpty
        {
            throw damaged("holds a lazily conjugated or negated tensor, expected plain ones")
        }
        let storage = pickle.storages[index]
        guard let type = dataType ?? storage.dataType else { throw damaged("rebuilds a tensor with no data type") }
        guard
            let tensor = StoredTensor(
                storage: storage, dataType: type, offset: offset, shape: shape, strides: strides)
        else {
            throw FramegenError(
                .invalidData,
                "\(path): a tensor of \(shape) with strides \(strides) from element \(offset) does not lie in "
                    + "data/\(Printable.text(storage.key)) of \(storage.byteCount / type.byteCount) elements")
        }
        pickle.tensors.append(tensor)
        return .tensor(pickle.tensors.count - 1)
    }

    private mutating func pushObject() {
        pickle.dictionaries.append([])
        push(.object(pickle.dictionaries.count - 1))
    }

    private func elements(_ value: PickleValue) -> [PickleValue]? {
        guard case .sequence(let index) = value else { return nil }
        return pickle.sequences[index]
    }

    /// Sizes or strides.
    ///
    /// A longer list is refused before it is walked: a small pickle can refer to one list often.
    private func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = elements(value), elements.count <= StoredTensor.mostDimensions else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}
