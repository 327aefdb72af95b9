import Foundation
import FramegenUI
import SwiftUI
import UniformTypeIdentifiers

/// The demo avatar, and what it is to say.
struct ContentView: View {
    @State private var face = DemoAvatar.face()
    @State private var isChoosing = false
    /// The sound that the app may read since the user chose it.
    @State private var chosen: URL?

    var body: some View {
        VStack {
            TalkingFaceView(face)
            Text(words)
            HStack {
                Button("The demo's speech") { speak(DemoAvatar.speech) }
                Button("Choose a sound") { isChoosing = true }
                Button("Stop") { Task { await face.stop() } }.disabled(!isBusy)
            }
        }
        .padding()
        .task { await face.prepare() }
        .fileImporter(isPresented: $isChoosing, allowedContentTypes: [.audio, .movie]) { result in
            if case .success(let url) = result { speak(url) }
        }
    }

    private func speak(_ url: URL) {
        chosen?.stopAccessingSecurityScopedResource()
        chosen = url.startAccessingSecurityScopedResource() ? url : nil
        face.speak(url)
    }

    private var isBusy: Bool {
        switch face.state {
        case .preparing, .speaking: true
        case .idle, .finished, .failed: false
        }
    }

    private var words: String {
        switch face.state {
        case .idle: "Ready"
        case .preparing: "Preparing…"
        case .speaking: "Speaking"
        case .finished: "Finished"
        case .failed: "That did not work"
        }
    }
}
