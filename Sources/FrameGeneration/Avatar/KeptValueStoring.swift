/// Keeps what the network has computed for template frames beyond a run, so that a later one finds it.
///
/// A store is for one avatar. All calls come one after the other, from threads that may block.
public protocol KeptValueStoring: Sendable {
    /// Why not all could be stored that was to be; nil while all is well.
    var warning: String? { get }

    /// Says what computes the values that are asked for from now on; called once, before the others.
    func prepare(for source: KeptValueSource)

    /// What `source` has computed for `faceCrop`; nil where it is not there, or not whole.
    func values(for faceCrop: PixelImage) -> [BFloat16Tensor]?

    /// Stores what `source` has computed for `faceCrop`, or does not: a failure ends no run, and is for the store to
    /// tell.
    func store(_ values: [BFloat16Tensor], for faceCrop: PixelImage)
}

/// All that the kept values of a template frame depend on besides its face crop.
///
/// Engines differ in the last bits only.
public struct KeptValueSource: Sendable {
    /// The part of the network that depends on template frames alone; the values are its outputs.
    public let model: NetworkModel
    /// How the part's input is made of a face crop.
    public let face: FaceRecipe
    /// The arithmetic that they are computed in.
    public let precision: Precision

    /// Shapes of the values, in their order.
    public var shapes: [[Int]] { model.network.outputShapes }

    package init(model: NetworkModel, face: FaceRecipe, precision: Precision) {
        self.model = model
        self.face = face
        self.precision = precision
    }
}
