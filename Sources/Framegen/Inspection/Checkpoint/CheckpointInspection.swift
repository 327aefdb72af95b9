import FrameGeneration

public struct CheckpointInspection: Sendable, Encodable {
    public let path: String
    package init(path: String) throws(FramegenError) { self.path = path }
}
