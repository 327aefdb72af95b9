import Foundation

/// The discrete Fourier transform of real input, for sizes made of the factors 2, 3 and 5.
struct FourierTransform {
    private struct Complex {
        var real: Double
        var imaginary: Double
    }

    let size: Int
    /// exp(−2πi·k/size).
    private let roots: [Complex]
    private let factors: [Int]

    /// - Precondition: `size` has no other prime factors than 2, 3 and 5.
    init(size: Int) {
        self.size = size
        roots = (0..<size).map { index in
            let angle = -2 * Double.pi * Double(index) / Double(size)
            return Complex(real: cos(angle), imaginary: sin(angle))
        }
        var factors: [Int] = []
        var rest = size
        for factor in [5, 3, 2] {
            while rest % factor == 0 {
                factors.append(factor)
                rest /= factor
            }
        }
        precondition(rest == 1, "a transform of \(size) values needs other factors than 2, 3 and 5")
        self.factors = factors
    }

    /// Magnitudes at the frequencies 0 to size/2.
    ///
    /// - Precondition: `input` has `size` values.
    func magnitudes(of input: [Double]) -> [Double] {
        precondition(input.count == size)
        var output = [Complex](repeating: Complex(real: 0, imaginary: 0), count: size)
        transform(input, from: 0, stride: 1, into: &output, at: 0, level: 0)
        return output.prefix(size / 2 + 1).map { ($0.real * $0.real + $0.imaginary * $0.imaginary).squareRoot() }
    }

    /// Decimation in time: the transforms of every `factor`-th value, combined.
    private func transform(
        _ input: [Double], from start: Int, stride: Int, into output: inout [Complex], at position: Int, level: Int
    ) {
        guard level < factors.count else {
            output[position] = Complex(real: input[start], imaginary: 0)
            return
        }
        let factor = factors[level]
        let part = size / stride / factor
        for index in 0..<factor {
            transform(
                input, from: start + index * stride, stride: stride * factor, into: &output,
                at: position + index * part, level: level + 1)
        }
        var terms = [Complex](repeating: Complex(real: 0, imaginary: 0), count: factor)
        for offset in 0..<part {
            for index in 0..<factor { terms[index] = output[position + index * part + offset] }
            for index in 0..<factor {
                let frequency = offset + index * part
                var sum = terms[0]
                for term in 1..<factor {
                    let root = roots[term * frequency * stride % size]
                    sum.real += terms[term].real * root.real - terms[term].imaginary * root.imaginary
                    sum.imaginary += terms[term].real * root.imaginary + terms[term].imaginary * root.real
                }
                output[position + frequency] = sum
            }
        }
    }
}
