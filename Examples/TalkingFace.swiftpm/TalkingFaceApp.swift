import SwiftUI

@main
struct TalkingFaceApp: App {
    var body: some Scene {
        WindowGroup { ContentView() }
    }
}
