import Foundation

/// The operators that compute one small tensor from others element by element.
enum ConstantArithmetic {
    /// Of two tensors, stretched to one shape; nil if it is no such operator, the shapes do not go together, or there
    /// is no result, as of a division by 0.
    static func result(of type: String, _ first: ONNXConstant, _ second: ONNXConstant) -> ONNXConstant? {
        guard let shape = ONNXConstant.broadcastShape(first.shape, second.shape),
            let a = first.broadcast(to: shape), let b = second.broadcast(to: shape)
        else { return nil }
        if let comparison = comparison(type, a.doubles, b.doubles) {
            return ONNXConstant(shape: shape, numbers: .integers(comparison.map { $0 ? 1 : 0 }))
        }
        if let x = a.integers, let y = b.integers {
            var values: [Int] = []
            for (x, y) in zip(x, y) {
                guard let value = integer(type, x, y) else { return nil }
                values.append(value)
            }
            return ONNXConstant(shape: shape, numbers: .integers(values))
        }
        var values: [Double] = []
        for (x, y) in zip(a.doubles, b.doubles) {
            guard let value = float(type, x, y) else { return nil }
            values.append(value)
        }
        return ONNXConstant(shape: shape, numbers: .floats(values))
    }

    /// Of one tensor; nil if it is no such operator.
    static func result(of type: String, _ constant: ONNXConstant) -> ONNXConstant? {
        switch (type, constant.numbers) {
        case ("Neg", .integers(let values)):
            ONNXConstant(shape: constant.shape, numbers: .integers(values.map { 0 &- $0 }))
        case ("Abs", .integers(let values)):
            ONNXConstant(shape: constant.shape, numbers: .integers(values.map { $0 < 0 ? 0 &- $0 : $0 }))
        case ("Not", .integers(let values)):
            ONNXConstant(shape: constant.shape, numbers: .integers(values.map { $0 == 0 ? 1 : 0 }))
        case ("Floor", .integers), ("Ceil", .integers), ("Round", .integers): constant
        case ("Neg", .floats(let values)): ONNXConstant(shape: constant.shape, numbers: .floats(values.map { -$0 }))
        case ("Abs", .floats(let values)): ONNXConstant(shape: constant.shape, numbers: .floats(values.map { abs($0) }))
        case ("Floor", .floats(let values)):
            ONNXConstant(shape: constant.shape, numbers: .floats(values.map { $0.rounded(.down) }))
        case ("Ceil", .floats(let values)):
            ONNXConstant(shape: constant.shape, numbers: .floats(values.map { $0.rounded(.up) }))
        case ("Round", .floats(let values)):
            ONNXConstant(shape: constant.shape, numbers: .floats(values.map { $0.rounded(.toNearestOrEven) }))
        default: nil
        }
    }

    private static func comparison(_ type: String, _ a: [Double], _ b: [Double]) -> [Bool]? {
        let pairs = zip(a, b)
        return switch type {
        case "Equal": pairs.map { $0 == $1 }
        case "Less": pairs.map { $0 < $1 }
        case "LessOrEqual": pairs.map { $0 <= $1 }
        case "Greater": pairs.map { $0 > $1 }
        case "GreaterOrEqual": pairs.map { $0 >= $1 }
        case "And": pairs.map { $0 != 0 && $1 != 0 }
        case "Or": pairs.map { $0 != 0 || $1 != 0 }
        case "Xor": pairs.map { ($0 != 0) != ($1 != 0) }
        default: nil
        }
    }

    private static func integer(_ type: String, _ x: Int, _ y: Int) -> Int? {
        let (value, overflow): (Int, Bool)
        switch type {
        case "Add": (value, overflow) = x.addingReportingOverflow(y)
        case "Sub": (value, overflow) = x.subtractingReportingOverflow(y)
        case "Mul": (value, overflow) = x.multipliedReportingOverflow(by: y)
        // Towards zero, as the exporters' own rounding around it expects.
        case "Div": (value, overflow) = x.dividedReportingOverflow(by: y)
        case "Mod":
            // The sign of the divisor, as in Python.
            let (rest, failed) = x.remainderReportingOverflow(dividingBy: y)
            (value, overflow) = (rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest, failed)
        case "Min": (value, overflow) = (min(x, y), false)
        case "Max": (value, overflow) = (max(x, y), false)
        default: return nil
        }
        return overflow ? nil : value
    }

    private static func float(_ type: String, _ x: Double, _ y: Double) -> Double? {
        switch type {
        case "Add": x + y
        case "Sub": x - y
        case "Mul": x * y
        case "Div": y == 0 ? nil : x / y
        case "Min": min(x, y)
        case "Max": max(x, y)
        case "Pow": pow(x, y)
        default: nil
        }
    }
}
