import Foundation
import FrameGeneration
import Media
import ModelFiles
import TestSupport
import Testing

@Suite("Quality metrics")
struct QualityMetricsTests {
    /// What scikit-image says of given pairs; see make_quality.py beside it.
    private struct Expected: Decodable {
        struct Numbers: Decodable {
            let mse: Double
            let psnr: Double
            let ssim: Double
            let largestDifference: Double
            let identicalShare: Double

            enum CodingKeys: String, CodingKey {
                case mse
                case psnr
                case ssim
                case largestDifference = "largest_difference"
                case identicalShare = "identical_share"
            }
        }

        struct ImagePair: Decodable {
            let first: String
            let second: String
            let crop: [Int]?
            let numbers: Numbers

            enum CodingKeys: CodingKey { case first, second, crop }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                first = try container.decode(String.self, forKey: .first)
                second = try container.decode(String.self, forKey: .second)
                crop = try container.decodeIfPresent([Int].self, forKey: .crop)
                numbers = try Numbers(from: decoder)
            }

            func image(_ path: String) throws -> PixelImage {
                let path = Fixtures.packageFolder.appending(path: path).path(percentEncoded: false)
                let image = try ImageFileDecoder().decodeImage(at: path)
                guard let crop else { return image }
                return image.cropped(to: PixelRect(x: crop[0], y: crop[1], width: crop[2], height: crop[3]))
            }
        }

        struct TensorPair: Decodable {
            let name: String
            let dataRange: Double
            let numbers: Numbers

            enum CodingKeys: String, CodingKey {
                case name
                case dataRange = "data_range"
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                name = try container.decode(String.self, forKey: .name)
                dataRange = try container.decode(Double.self, forKey: .dataRange)
                numbers = try Numbers(from: decoder)
            }
        }

        let images: [ImagePair]
        let tensors: [TensorPair]
    }

    private static func expected() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: URL(filePath: Fixtures.path("quality/quality.json"))))
    }

    private func expect(
        _ metrics: QualityMetrics, _ expected: Expected.Numbers, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func isClose(_ value: Double?, _ expected: Double) -> Bool {
            guard let value else { return false }
            return abs(value - expected) <= 1e-6 * abs(expected)
        }
        #expect(isClose(metrics.meanSquaredError, expected.mse), "\(name)", sourceLocation: sourceLocation)
        #expect(isClose(metrics.peakSignalToNoiseRatio, expected.psnr), "\(name)", sourceLocation: sourceLocation)
        #expect(isClose(metrics.structuralSimilarity, expected.ssim), "\(name)", sourceLocation: sourceLocation)
        #expect(metrics.largestDifference == expected.largestDifference, "\(name)", sourceLocation: sourceLocation)
        #expect(isClose(metrics.identicalShare, expected.identicalShare), "\(name)", sourceLocation: sourceLocation)
    }

    @Test("of pictures are scikit-image's to a millionth")
    func images() throws {
        let pairs = try Self.expected().images
        #expect(pairs.count == 8)
        for pair in pairs {
            let (first, second) = (try pair.image(pair.first), try pair.image(pair.second))
            expect(QualityMetrics(comparing: first, with: second), pair.numbers, "\(pair.first) \(pair.crop ?? [])")
        }
    }

    @Test("of tensors are scikit-image's to a millionth, with one, three and four dimensions of planes")
    func tensors() throws {
        let pairs = try Self.expected().tensors
        #expect(pairs.count == 3)
        for pair in pairs {
            let first = try NPYFile.tensor(at: Fixtures.path("quality/\(pair.name)-a.npy"))
            let second = try NPYFile.tensor(at: Fixtures.path("quality/\(pair.name)-b.npy"))
            expect(
                QualityMetrics(comparing: first, with: second, dataRange: pair.dataRange), pair.numbers, pair.name)
        }
    }

    /// Bytes without any order.
    private func noise(_ width: Int, _ height: Int, seed: UInt64) -> PixelImage {
        var state = seed
        let pixels = (0..<width * height * PixelImage.channels).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        return PixelImage(width: width, height: height, pixels: pixels)
    }

    @Test("of equal pictures and tensors are perfect")
    func equal() {
        let image = noise(20, 11, seed: 1)
        let tensor = Tensor(shape: [9, 8], values: (0..<72).map { Float($0) * 1e6 })
        for metrics in [
            QualityMetrics(comparing: image, with: image),
            QualityMetrics(comparing: tensor, with: tensor, dataRange: 1),
        ] {
            #expect(metrics.meanSquaredError == 0)
            #expect(metrics.peakSignalToNoiseRatio == .infinity)
            #expect(metrics.structuralSimilarity == 1)
            #expect(metrics.largestDifference == 0)
            #expect(metrics.identicalShare == 1)
        }
    }

    @Test("do not depend on which comes first")
    func symmetric() {
        let (first, second) = (noise(33, 17, seed: 2), noise(33, 17, seed: 3))
        #expect(QualityMetrics(comparing: first, with: second) == QualityMetrics(comparing: second, with: first))
    }

    @Test("of a constant offset are what the formulas say", arguments: [1, 10, 200])
    func offset(_ offset: UInt8) throws {
        let first = PixelImage(width: 64, height: 64, pixels: [UInt8](repeating: 30, count: 64 * 64 * 3))
        let second = PixelImage(width: 64, height: 64, pixels: [UInt8](repeating: 30 + offset, count: 64 * 64 * 3))
        let metrics = QualityMetrics(comparing: first, with: second)
        let distance = Double(offset)
        #expect(abs(metrics.meanSquaredError - (distance / 255) * (distance / 255)) < 1e-15)
        #expect(abs(metrics.peakSignalToNoiseRatio - 20 * log10(255 / distance)) < 1e-9)
        #expect(metrics.largestDifference == distance)
        #expect(metrics.identicalShare == 0)
        // Without any variance only the term of the means is left.
        let (a, b, c) = (30.0, 30 + distance, 0.01 * 255 * 0.01 * 255)
        let similarity = try #require(metrics.structuralSimilarity)
        #expect(abs(similarity - (2 * a * b + c) / (a * a + b * b + c)) < 1e-9)
    }

    @Test("a single byte that is off counts where it is, also in the last row and column", arguments: [0, 3599])
    func singleByte(position: Int) {
        let first = PixelImage(width: 40, height: 30)
        var second = first
        second.pixels[position] = 255
        let metrics = QualityMetrics(comparing: first, with: second)
        #expect(metrics.meanSquaredError == 1.0 / 3600)
        #expect(metrics.largestDifference == 255)
        #expect(metrics.identicalShare == 3599.0 / 3600)
    }

    @Test("a large picture's sum of squares does not overflow")
    func large() {
        let black = PixelImage(width: 300, height: 200)
        let white = PixelImage(width: 300, height: 200, pixels: [UInt8](repeating: 255, count: 300 * 200 * 3))
        let metrics = QualityMetrics(comparing: black, with: white)
        #expect(metrics.meanSquaredError == 1)
        #expect(metrics.peakSignalToNoiseRatio == 0)
    }

    @Test(
        "leave the structural similarity out where no window fits",
        arguments: [[6, 7], [7, 6], [3, 7, 6], [60], [1, 1, 1, 8, 8], []])
    func noWindow(shape: [Int]) {
        let tensor = Tensor(zeros: shape)
        #expect(QualityMetrics(comparing: tensor, with: tensor, dataRange: 1).structuralSimilarity == nil)
        let image = PixelImage(width: 6, height: 100)
        #expect(QualityMetrics(comparing: image, with: image).structuralSimilarity == nil)
    }

    @Test("one large value does not spoil the windows that do not hold it")
    func outlier() throws {
        let (width, height) = (9, 40)
        var values = (0..<width * height).map { Float($0 % 13) / 13 }
        values[4] = 1e18
        let first = Tensor(shape: [height, width], values: values)
        let second = Tensor(shape: [height, width], values: values.map { $0 == 1e18 ? $0 : 1 - $0 })
        let clean = { (tensor: Tensor) in
            Tensor(shape: [height - 1, width], values: Array(tensor.values.dropFirst(width)))
        }
        let all = try #require(QualityMetrics(comparing: first, with: second, dataRange: 1).structuralSimilarity)
        let rest = try #require(
            QualityMetrics(comparing: clean(first), with: clean(second), dataRange: 1).structuralSimilarity)
        // The three windows of the first row hold the value and count as equal.
        let windows = 34.0
        #expect(abs(all * windows - (rest * (windows - 1) + 1)) < 1e-6)
    }
}
