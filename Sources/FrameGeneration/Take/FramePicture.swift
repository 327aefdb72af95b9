/// The picture of a frame: there already, or made when somebody asks for it.
enum FramePicture: Sendable {
    case made(PlanarPicture)
    case late(LatePicture)

    /// A picture that is made once, for all who ask for it.
    final class LatePicture: Sendable {
        private let picture = OnceValue<PlanarPicture>()
        private let make: @Sendable () throws(FramegenError) -> PlanarPicture

        init(_ make: @escaping @Sendable () throws(FramegenError) -> PlanarPicture) { self.make = make }

        var value: PlanarPicture {
            get throws(FramegenError) { try picture.value(make) }
        }
    }

    var value: PlanarPicture {
        get throws(FramegenError) {
            switch self {
            case .made(let picture): picture
            case .late(let picture): try picture.value
            }
        }
    }
}
