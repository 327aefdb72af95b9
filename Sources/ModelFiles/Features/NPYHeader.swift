package import FrameGeneration

/// The head of NumPy's array files: a magic number, a version, and a Python dictionary literal that says the type, the
/// order and the shape of the values behind it.
enum NPYHeader {
    static let magic = [0x93] + Array("NUMPY".utf8)
    /// NumPy's own are some hundred bytes.
    private static let largestHeader = 1 << 16

    /// - Throws: `FramegenError` naming the file: `.notFound` or `.invalidData`.
    static func open(_ path: String) throws(FramegenError) -> ArrayFile {
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(12, file.byteCount))
        guard start.count == 12, Array(start[0..<6]) == magic else {
            let found = try FileContent(of: file).map { "it is \($0.name)" } ?? "it does not start with \\x93NUMPY"
            throw FramegenError(.invalidData, "\(path) is not a .npy file: \(found)")
        }
        // Version 1 gives the header's length in two bytes, later ones in four.
        let lengthBytes = start[6] == 1 ? 2 : 4
        let length = start[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard (1...3).contains(start[6]), length <= largestHeader else {
            throw FramegenError(.invalidData, "\(path) has a .npy header of version \(start[6]) and \(length) bytes")
        }
        let offset = 8 + lengthBytes + length
        let text = String(decoding: try file.bytes(in: 8 + lengthBytes..<offset), as: UTF8.self)

        return try ArrayFile(
            file, offset: offset, shape: try shape(in: text, path), type: try elementType(in: text, path),
            order: try order(in: text, path))
    }

    private static func order(in text: String, _ path: String) throws(FramegenError) -> ArrayFile.Order {
        switch try value(of: "fortran_order", in: text, path) {
        case "False": return .rowMajor
        case "True": return .columnMajor
        default: throw malformed("fortran_order", path)
        }
    }

    /// NumPy's names of the floating-point types, of either byte order.
    private static let dataTypes: [String: TensorDataType] = ["f2": .float16, "f4": .float32, "f8": .float64]

    private static func elementType(in text: String, _ path: String) throws(FramegenError) -> ArrayFile.ElementType {
        let name = try value(of: "descr", in: text, path)
        let parts = name.wholeMatch(of: /'([<>=])(f[248])'/)?.output
        guard let parts, let dataType = dataTypes[String(parts.2)] else {
            throw FramegenError(
                .invalidData,
                "\(path) holds values of type \(name.prefix(40)), expected '<f4' (float32), or f2 or f8, or > for "
                    + "big-endian ones")
        }
        return ArrayFile.ElementType(dataType: dataType, isBigEndian: parts.1 == ">")
    }

    private static func shape(in text: String, _ path: String) throws(FramegenError) -> [Int] {
        let literal = try value(of: "shape", in: text, path)
        // NumPy's arrays have 64 dimensions at most.
        guard literal.wholeMatch(of: /\(([0-9]{1,19}(, ?[0-9]{1,19}){0,63},?)?\)/) != nil else {
            throw malformed("shape", path)
        }
        let sizes = literal.matches(of: /[0-9]+/).map { Int($0.output) }
        guard sizes.allSatisfy({ $0 != nil }) else { throw malformed("shape", path) }
        return sizes.compactMap { $0 }
    }

    /// The text behind `'key':` up to the comma that ends it.
    private static func value(of key: String, in text: String, _ path: String) throws(FramegenError) -> String {
        let parts = text.split(separator: "'\(key)'", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw malformed(key, path) }
        let rest = parts[1].drop { $0 == " " || $0 == ":" }
        if rest.first == "(" {
            guard let end = rest.firstIndex(of: ")") else { throw malformed(key, path) }
            return String(rest[...end])
        }
        return String(rest.prefix { $0 != "," && $0 != "}" && $0 != " " })
    }

    private static func malformed(_ key: String, _ path: String) -> FramegenError {
        FramegenError(.invalidData, "\(path) has a .npy header without a valid '\(key)'")
    }
}

/// Whole arrays, for data that is small enough to be held at once.
package enum NPYFile {
    /// - Throws: `FramegenError` naming the file: `.notFound` or `.invalidData`.
    package static func tensor(at path: String) throws(FramegenError) -> Tensor {
        let file = try NPYHeader.open(path)
        return Tensor(shape: file.shape, values: try file.values(ofRows: 0..<(file.shape.first ?? 1)))
    }
}
