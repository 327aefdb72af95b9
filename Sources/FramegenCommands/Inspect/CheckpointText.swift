import Framegen
import FramegenTools

extension CheckpointInspection {
    var text: String {
        var table = InspectionTable()
        table.add("checkpoint", path)
        table.add("is", identity)
        if variants.count > 1 { table.add("", "no tensor tells these apart: the features decide, or --mode") }
        if let ambiguity { table.add("", ambiguity) }
        if let keyScheme { table.add("keys", "\(keyScheme), \(prefixText(prefix ?? ""))") }
        if !otherPrefixes.isEmpty {
            table.add("also whole", otherPrefixes.map { prefixText($0) }.joined(separator: ", "))
        }
        table.add("beside", lines: beside.map(\.text))
        if !passedOver.isEmpty {
            table.add(
                "passed over", "objects made by \(passedOver.joined(separator: ", ")), nothing of which is run")
        }
        table.add(
            "tensors",
            "\(tensorCount): "
                + storage.map { "\($0.tensorCount) \($0.type)" }.joined(separator: ", "))
        table.add("parameters", "\(parameterCount.grouped) learnt, \(statisticCount.grouped) statistics of batch norms")
        for (index, variant) in (variants.isEmpty ? closestVariant.map { [$0] } ?? [] : variants).enumerated() {
            let name = variants.count > 1 ? " as \(variant.name)" : ""
            table.add(
                index == 0 ? "multiply-adds" : "",
                "\(variant.multiplyAdds.grouped) a run\(name)")
        }
        table.add("mismatches", lines: mismatches.map(\.text), nothing: keyScheme == nil ? "unknown" : "none")
        table.add("suspicious", lines: suspiciousTensors.map(\.text), nothing: "none")
        if !allValuesWereRead { table.add("", "not all values were looked at, there are too many") }
        table.add("usable", isUsable ? "yes" : "no, framegen refuses it")
        return table.text
    }

    private var identity: String {
        if !variants.isEmpty { return variants.map(\.name).joined(separator: " or ") }
        let network =
            closestVariant.map { "no whole network of the family, closest to \($0.name)" }
            ?? "no network that framegen knows"
        return appearance.map { "\(network); it seems to be \($0)" } ?? network
    }

    private func prefixText(_ prefix: String) -> String {
        prefix.isEmpty ? "without a prefix" : "under \(prefix.dropLast())"
    }
}

extension CheckpointInspection.TensorGroup {
    fileprivate var text: String { "\(prefix): \(tensorCount) tensor\(tensorCount == 1 ? "" : "s"), not used" }
}

extension CheckpointInspection.Mismatch {
    fileprivate var text: String {
        switch kind {
        case .missing: "\(key) is missing, expected \(expectedShape ?? [])"
        case .extra: "\(key) of \(shape ?? []) is too much"
        case .misshapen: "\(key) is \(shape ?? []), expected \(expectedShape ?? [])"
        case .notFloatingPoint: "\(key) holds whole numbers, expected floating-point ones"
        }
    }
}

extension SuspiciousTensor {
    /// In one line.
    var text: String {
        let share = count == valueCount ? "all \(count)" : "\(count) of \(valueCount)"
        let place = firstIndex.map { ", the first at \($0)" } ?? ""
        let value = value.map(\.shortText) ?? ""
        return switch kind {
        case .notFinite: "\(key): \(share) values are no finite numbers (\(value)\(place))"
        case .zeroVariance: "\(key): \(share) variances are 0\(place)"
        case .negativeVariance: "\(key): \(share) variances are below 0 (\(value)\(place))"
        case .allZero: "\(key): all \(count) weights are 0"
        case .huge: "\(key): \(share) values are huge (\(value)\(place))"
        case .unreadable: message ?? "\(key) cannot be read"
        }
    }
}

extension Int {
    /// With commas between thousands.
    var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
