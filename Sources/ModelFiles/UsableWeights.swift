internal import FrameGeneration

extension NetworkModel {
    /// Refuses weights that can only give rubbish, as a training that diverged leaves them.
    ///
    /// - Parameter path: the file they come from.
    /// - Throws: `FramegenError` with `.invalidData` that names the first weight and its value.
    func requireUsableWeights(from path: String) throws(FramegenError) {
        let faults = network.parameters.compactMap { parameter -> String? in
            guard let values = weights[parameter.key]?.values else { return nil }
            if !values.areFinite, let value = values.first(where: { !$0.isFinite }) {
                return "\(parameter.key) holds \(value)"
            }
            if parameter.key.hasSuffix(".running_var"), let value = values.first(where: { $0 < 0 }) {
                return "\(parameter.key), a variance, holds \(value)"
            }
            return nil
        }
        guard let first = faults.first else { return }
        let others = faults.count > 1 ? " (and \(faults.count - 1) more tensors are no better)" : ""
        throw FramegenError(.invalidData, "\(path) cannot be used: \(first), expected a finite number\(others)")
    }
}

extension PageArray<Float> {
    /// Whether each is finite: by their bits, and without a way out of the loop, so that several are looked at at once.
    fileprivate var areFinite: Bool {
        let values = span
        let largest = values.indices.reduce(0) { Swift.max($0, values[$1].magnitude.bitPattern) }
        return largest < Float.infinity.bitPattern
    }
}
