#if canImport(SwiftUI) && canImport(AVFoundation)
    public import SwiftUI

    /// An avatar on the screen, and over it what a user should know while it cannot be seen speaking.
    ///
    /// The face that it shows has to be played by a `ScreenPlayer`.
    public struct TalkingFaceView: View {
        private let face: TalkingFace

        /// Shows `face`.
        public init(_ face: TalkingFace) { self.face = face }

        /// The layer, with a progress bar or an error's words over it.
        public var body: some View {
            ZStack {
                if let player = face.player as? ScreenPlayer {
                    LayerView(layer: player.layer)
                }
                switch face.state {
                case .preparing(let progress): ProgressView(value: progress).padding()
                case .failed(let words): Text(words).padding()
                case .idle, .speaking, .finished: EmptyView()
                }
            }
        }
    }
#endif
