import Framegen
extension CheckpointInspection { var text: String { path } }
