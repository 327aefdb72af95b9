import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Feature files")
struct FeatureFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "features 特征") }

    private static func littleEndian(_ values: [Float]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    }

    /// A `.npy` file as NumPy writes it: the header padded with spaces to a multiple of 64 bytes.
    private static func npy(_ dictionary: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
        let lengthBytes = version == 1 ? 2 : 4
        let unpadded = 8 + lengthBytes + dictionary.utf8.count + 1
        let padding = (64 - unpadded % 64) % 64
        let header = Array(dictionary.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
        let length = (0..<lengthBytes).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + data
    }

    private static func dictionary(_ shape: String, type: String = "<f4", fortran: String = "False") -> String {
        "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }"
    }

    private func rows(_ path: String, defaultRowSize: Int = 4) async throws -> [[Float]] {
        let file = try FeatureFile(path: path, defaultRowSize: defaultRowSize)
        var rows: [[Float]] = []
        while let row = try await file.nextRow() { rows.append(row) }
        #expect(file.rowCount == rows.count)
        #expect(rows.allSatisfy { $0.count == file.rowShape.reduce(1, *) })
        return rows
    }

    private func expectInvalid(_ path: String, _ text: String) {
        let error = #expect(throws: FramegenError.self) { try FeatureFile(path: path, defaultRowSize: 4) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }

    @Test("a .npy gives its rows in order", arguments: [UInt8(1), 2, 3])
    func npyRows(version: UInt8) async throws {
        let data = Self.littleEndian([0, 0.5, -1, 2, 4, 8.25])
        let path = try folder.write(Self.npy(Self.dictionary("(3, 2)"), data, version: version), to: "a.npy")
        #expect(try await rows(path) == [[0, 0.5], [-1, 2], [4, 8.25]])
    }

    @Test("rows of more dimensions are flattened, float64 becomes float32")
    func npyDimensionsAndDoubles() async throws {
        let doubles = [1.5, 2, 3, 1 / 3.0].flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        let path = try folder.write(Self.npy(Self.dictionary("(1, 2, 2)", type: "<f8"), doubles), to: "a.npy")
        #expect(try await rows(path) == [[1.5, 2, 3, Float(1 / 3.0)]])
    }

    /// The bytes of a number, the lowest first, or the highest.
    private static func bytes(_ bits: some FixedWidthInteger, isBigEndian: Bool) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? bits.bigEndian : bits.littleEndian) { Array($0) }
    }

    @Test(
        "every floating-point type and byte order gives the same rows",
        arguments: ["f2", "f4", "f8"], [false, true])
    func npyTypes(type: String, isBigEndian: Bool) async throws {
        // Of each number the bits in half, single and double precision (IEEE 754).
        let numbers: [(half: UInt16, value: Float)] = [
            (0x0000, 0), (0x3800, 0.5), (0xbc00, -1), (0x4000, 2), (0x0001, 0x1p-24), (0x7bff, 65504),
        ]
        let data = numbers.flatMap { number in
            switch type {
            case "f2": Self.bytes(number.half, isBigEndian: isBigEndian)
            case "f4": Self.bytes(number.value.bitPattern, isBigEndian: isBigEndian)
            default: Self.bytes(Double(number.value).bitPattern, isBigEndian: isBigEndian)
            }
        }
        let header = Self.dictionary("(3, 2)", type: "\(isBigEndian ? ">" : "<")\(type)")
        let path = try folder.write(Self.npy(header, data), to: "a.npy")
        #expect(try await rows(path) == [[0, 0.5], [-1, 2], [0x1p-24, 65504]])
    }

    @Test("rows in Fortran order are those that were saved, of more dimensions too")
    func npyFortranOrder() async throws {
        // NumPy's `np.save(path, np.asfortranarray(np.arange(6.).reshape(3, 2)))` writes columns.
        var path = try folder.write(
            Self.npy(Self.dictionary("(3, 2)", fortran: "True"), Self.littleEndian([0, 2, 4, 1, 3, 5])), to: "a.npy")
        #expect(try await rows(path) == [[0, 1], [2, 3], [4, 5]])
        // The value at [i, j, k] of a shape [2, 3, 2] is 100 i + 10 j + k; the first index runs fastest.
        var data: [Float] = []
        for k in 0..<2 { for j in 0..<3 { for i in 0..<2 { data.append(Float(100 * i + 10 * j + k)) } } }
        path = try folder.write(
            Self.npy(Self.dictionary("(2, 3, 2)", fortran: "True"), Self.littleEndian(data)), to: "b.npy")
        #expect(try await rows(path) == [[0, 1, 10, 11, 20, 21], [100, 101, 110, 111, 120, 121]])
    }

    @Test("more rows than are read at a time come in order, in either order of the file", arguments: [false, true])
    func manyRows(isFortran: Bool) async throws {
        let (count, size) = (300, 512)
        var data = [Float](repeating: 0, count: count * size)
        for row in 0..<count {
            for place in 0..<size {
                data[isFortran ? place * count + row : row * size + place] = Float(row * size + place)
            }
        }
        let header = Self.dictionary("(\(count), \(size))", fortran: isFortran ? "True" : "False")
        let path = try folder.write(Self.npy(header, Self.littleEndian(data)), to: "a.npy")
        let rows = try await rows(path)
        #expect(rows.count == count)
        #expect(
            rows.enumerated().allSatisfy { row, values in
                values.first == Float(row * size) && values.last == Float(row * size + size - 1)
            })
    }

    @Test("a batch of one speech, [1, rows, 512], is that speech", arguments: [false, true])
    func batchOfOne(isFortran: Bool) async throws {
        let data = (0..<2 * 512).map { Float($0) }
        let stored = isFortran ? (0..<512).flatMap { [data[$0], data[512 + $0]] } : data
        let header = Self.dictionary("(1, 2, 512)", fortran: isFortran ? "True" : "False")
        let path = try folder.write(Self.npy(header, Self.littleEndian(stored)), to: "a.npy")
        #expect(try await rows(path) == [Array(data[..<512]), Array(data[512...])])
    }

    @Test(
        "a file of another kind is named as what it is",
        arguments: [
            ("a.npz", "PK\u{3}\u{4}", "an .npz is a zip archive of them"),
            ("a.pt", "PK\u{3}\u{4}", "is a file of PyTorch's"),
            ("a.wav", "RIFF....WAVEfmt ", "is a WAV sound"), ("a.txt", "words", "is a text"),
        ])
    func otherKinds(name: String, content: String, words: String) throws {
        expectInvalid(try folder.write(Array(content.utf8), to: name), words)
    }

    @Test("the demo's features have 348 rows of 512 finite values")
    func demoFeatures() async throws {
        let rows = try await rows(Fixtures.demoPath("audio/aud_ave.npy"), defaultRowSize: 512)
        #expect(rows.count == 348)
        #expect(rows.allSatisfy { $0.count == 512 && $0.allSatisfy { $0 >= 0 } })
        // The extraction repeats the first and the last row (Documentation/model-family/audio.md, "Wav to mel", 7).
        #expect(rows[0] == rows[1] && rows[347] == rows[346])
    }

    @Test("a .npy that is not what it says is refused by name")
    func npyRefusals() throws {
        let four = Self.littleEndian([1, 2, 3, 4])
        let cases: [(String, [UInt8], String)] = [
            ("text", Array("hello, this is text".utf8), "not a .npy file"),
            ("empty", [], "not a .npy file"),
            ("order", Self.npy(Self.dictionary("(2, 2)", fortran: "Maybe"), four), "fortran_order"),
            ("type", Self.npy(Self.dictionary("(2, 2)", type: "<i4"), four), "'<i4'"),
            ("quarter", Self.npy(Self.dictionary("(2, 2)", type: "<f1"), four), "'<f1'"),
            ("sound", Array("RIFF....WAVEfmt ".utf8), "it is a WAV sound"),
            ("object", Self.npy(Self.dictionary("(2, 2)", type: "|O"), four), "'|O'"),
            ("short", Self.npy(Self.dictionary("(3, 2)"), four), "expected 24"),
            ("long", Self.npy(Self.dictionary("(1, 2)"), four), "expected 8"),
            ("scalar", Self.npy(Self.dictionary("()"), Self.littleEndian([1])), "[rows, values]"),
            ("vector", Self.npy(Self.dictionary("(4,)"), four), "[rows, values]"),
            ("none", Self.npy(Self.dictionary("(0, 512)"), []), "[rows, values]"),
            ("huge", Self.npy(Self.dictionary("(9000000000000000000, 9000000000000000000)"), four), "impossible"),
            ("zero", Self.npy(Self.dictionary("(0, 9000000000000000000, 9000000000000000000)"), []), "[rows, values]"),
            ("negative", Self.npy(Self.dictionary("(-2, 2)"), four), "shape"),
            ("words", Self.npy(Self.dictionary("(two, 2)"), four), "shape"),
            ("nokey", Self.npy("{'descr': '<f4', 'shape': (2, 2)}", four), "fortran_order"),
            ("open", Self.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2", four), "shape"),
        ]
        for (name, bytes, text) in cases { expectInvalid(try folder.write(bytes, to: "\(name).npy"), text) }
    }

    @Test("cut or damaged anywhere in its header, a .npy gives an error or the same rows")
    func npyDamage() async throws {
        let whole = Self.npy(Self.dictionary("(3, 2)"), Self.littleEndian([0, 0.5, -1, 2, 4, 8]))
        for count in 0..<whole.count {
            expectInvalid(try folder.write(Array(whole[..<count]), to: "cut.npy"), "cut.npy")
        }
        for position in 0..<whole.count - 24 {
            var damaged = whole
            damaged[position] ^= 1 << UInt8(position % 8)
            let path = try folder.write(damaged, to: "flipped.npy")
            // A damaged header may still say something valid; it must never crash or give other than whole rows.
            guard let file = try? FeatureFile(path: path, defaultRowSize: 4) else { continue }
            while let row = try? await file.nextRow() { #expect(row.count == file.rowShape.reduce(1, *)) }
        }
    }

    @Test("a value that is no finite number is refused with its row", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) async throws {
        let data = Self.littleEndian([0, 1, 2, value])
        let file = try FeatureFile(
            path: try folder.write(Self.npy(Self.dictionary("(2, 2)"), data), to: "a.npy"), defaultRowSize: 4)
        _ = try await file.nextRow()
        let error = await #expect(throws: FramegenError.self) { try await file.nextRow() }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("a.npy row 1") == true)
    }

    @Test("a .bin without JSON has rows of the default size")
    func binWithoutJSON() async throws {
        let path = try folder.write(Self.littleEndian([1, 2, 3, 4, 5, 6, 7, 8]), to: "a.bin")
        #expect(try await rows(path) == [[1, 2, 3, 4], [5, 6, 7, 8]])
        expectInvalid(try folder.write(Self.littleEndian([1, 2, 3]), to: "b.bin"), "multiple of 16")
        expectInvalid(try folder.write([], to: "c.bin"), "0 bytes")
    }

    @Test("the JSON beside a .bin says the shape")
    func binWithJSON() async throws {
        let path = try folder.write(Self.littleEndian([1, 2, 3, 4, 5, 6]), to: "a.bin")
        for json in [
            #"{"num_frames":3,"feature_size":2,"shape":[3,2]}"#, #"{"shape":[3,1,2]}"#,
            #"{"num_frames":3,"feature_size":2}"#,
        ] {
            try folder.write(Array(json.utf8), to: "a.bin.json")
            #expect(try await rows(path) == [[1, 2], [3, 4], [5, 6]])
        }
    }

    @Test("the JSON beside a .bin may begin with a byte-order mark; in UTF-16 it is refused as that")
    func byteOrderMark() async throws {
        let path = try folder.write(Self.littleEndian([1, 2, 3, 4, 5, 6]), to: "a.bin")
        let json = #"{"shape":[3,2]}"#
        try folder.write([0xef, 0xbb, 0xbf] + Array(json.utf8), to: "a.bin.json")
        #expect(try await rows(path) == [[1, 2], [3, 4], [5, 6]])
        try folder.write([0xfe, 0xff] + json.utf16.flatMap { little($0.byteSwapped) }, to: "a.bin.json")
        expectInvalid(path, "a.bin.json is text in UTF-16")
    }

    @Test(
        "a JSON that contradicts the file or itself, or says nothing, is refused",
        arguments: [
            #"{"num_frames":4,"feature_size":2,"shape":[4,2]}"#, #"{"num_frames":2,"feature_size":2,"shape":[3,2]}"#,
            #"{"num_frames":3,"feature_size":3,"shape":[3,2]}"#, #"{"shape":[]}"#, #"{"shape":[6]}"#, "{}", "nonsense",
            #"{"shape":[-3,-2]}"#, #"{"shape":[3,2.5]}"#, #"{"shape":"three"}"#,
            #"{"shape":[4611686018427387904,4611686018427387904,16]}"#,
        ])
    func badJSON(json: String) throws {
        let path = try folder.write(Self.littleEndian([1, 2, 3, 4, 5, 6]), to: "a.bin")
        try folder.write(Array(json.utf8), to: "a.bin.json")
        expectInvalid(path, "a.bin")
    }

    @Test("a missing file and a folder are named")
    func missing() throws {
        for (path, text) in [(folder.file("no.npy"), "does not exist"), (folder.path, "is a folder")] {
            let error = #expect(throws: FramegenError.self) { try FeatureFile(path: path, defaultRowSize: 4) }
            #expect(error?.code == .notFound)
            #expect(error?.message == "\(path) \(text)" || error?.message.hasPrefix("\(path) \(text), ") == true)
        }
    }
}
