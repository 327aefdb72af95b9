// Run it in framegen's folder, where the demo avatar is: Talk VIDEO.mp4

guard CommandLine.arguments.count == 2 else { fatalError("usage: Talk VIDEO.mp4") }

// Stands for a synthesiser: half a second of silence.
let (samples, synthesiser) = AsyncStream.makeStream(of: [Float].self)
synthesiser.yield([Float](repeating: 0, count: 8_000))
synthesiser.finish()

let player = Player()
try await talk(samples, to: player, videoPath: CommandLine.arguments[1])
print("played", await player.frameCount, "frames")
