// Measures what several takes cost in a program that uses the library as an app does: two at once against one after the
// other, memory of a second take and a second avatar, and takes that are cancelled at random moments.
//
// usage: takes at-once|memory|cancelled|live [count]; in the project's folder.
import Foundation
import Framegen

func loadDemo(checkpoint: String = "Demo/checkpoint/unet_328.fp16.pth") async throws -> Avatar {
    try await Avatar(
        AvatarSource(
            .checkpoint(path: checkpoint), templatePath: "Demo/template",
            audioEncoderPath: "Demo/checkpoint/audio_encoder.fp16.pth"))
}

func speak(_ avatar: Avatar, frames: Int, from start: Int = 0, to path: String) async throws {
    var settings = TakeSettings()
    settings.frameLimit = frames
    settings.startFrame = start
    var video = VideoOutput(path: path)
    video.overwrites = true
    try await avatar.speak(.sound(path: "Demo/audio/speech.wav"), settings: settings).write(to: [.video(video)])
}

func seconds(_ work: @Sendable () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await work()
    return start.duration(to: .now) / .seconds(1)
}

/// The largest resident size while `work` runs, looked at 50 times a second.
func highest(_ work: @Sendable () async throws -> Void) async rethrows -> Double {
    let sampling = Task.detached {
        var highest = 0.0
        while !Task.isCancelled {
            highest = max(highest, ProcessState.residentMiB)
            try? await Task.sleep(for: .milliseconds(20))
        }
        return highest
    }
    do { try await work() } catch {
        sampling.cancel()
        throw error
    }
    sampling.cancel()
    return await sampling.value
}

func say(_ label: String, _ value: Double, _ unit: String) {
    print(label.padding(toLength: 62, withPad: " ", startingAt: 0), String(format: "%.2f", value), unit)
}

let folder = NSTemporaryDirectory() + "framegen-takes-\(ProcessInfo.processInfo.processIdentifier)"
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
defer { try? FileManager.default.removeItem(atPath: folder) }
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) }

switch CommandLine.arguments.dropFirst().first {
case "at-once":
    let avatar = try await loadDemo()
    let frames = count ?? 200
    try await speak(avatar, frames: frames, to: "\(folder)/warm.mp4")
    var ratios: [Double] = []
    for round in 1...6 {
        func apart() async throws -> Double {
            try await seconds {
                for name in ["a", "b"] { try await speak(avatar, frames: frames, to: "\(folder)/\(name).mp4") }
            }
        }
        func together() async throws -> Double {
            try await seconds {
                async let a: Void = speak(avatar, frames: frames, to: "\(folder)/a.mp4")
                async let b: Void = speak(avatar, frames: frames, from: 50, to: "\(folder)/b.mp4")
                _ = try await (a, b)
            }
        }
        // The order changes, so that a machine that grows slower favours neither.
        let (first, second) = (
            round % 2 == 1 ? try await apart() : try await together(),
            round % 2 == 1 ? try await together() : try await apart()
        )
        let (inTurn, atOnce) = round % 2 == 1 ? (first, second) : (second, first)
        ratios.append(atOnce / inTurn)
        print(String(format: "in turn %.2f s, at once %.2f s, ratio %.3f", inTurn, atOnce, atOnce / inTurn))
    }
    say("median ratio", ratios.sorted()[2...3].reduce(0, +) / 2, "")

case "memory":
    let first = try await loadDemo()
    let frames = count ?? 200
    try await speak(first, frames: frames, to: "\(folder)/a.mp4")
    var level = ProcessState.residentMiB
    say("after a first take", level, "MiB")
    for number in 2...6 {
        try await speak(first, frames: frames, to: "\(folder)/a.mp4")
        say("take \(number) of the same avatar", ProcessState.residentMiB - level, "MiB more")
        level = ProcessState.residentMiB
    }
    let alone = try await highest { try await speak(first, frames: frames, to: "\(folder)/a.mp4") }
    let atOnce = try await highest {
        async let a: Void = speak(first, frames: frames, to: "\(folder)/a.mp4")
        async let b: Void = speak(first, frames: frames, from: 50, to: "\(folder)/b.mp4")
        _ = try await (a, b)
    }
    say("at most in a take", alone, "MiB")
    say("at most in two at once", atOnce - alone, "MiB more")
    level = ProcessState.residentMiB
    try FileManager.default.copyItem(atPath: "Demo/checkpoint/unet_328.fp16.pth", toPath: "\(folder)/other.pth")
    let second = try await loadDemo(checkpoint: "\(folder)/other.pth")
    try await speak(second, frames: frames, to: "\(folder)/b.mp4")
    say("a second avatar, after a take", ProcessState.residentMiB - level, "MiB more")
    withExtendedLifetime(first) {}

case "cancelled":
    let avatar = try await loadDemo()
    try await speak(avatar, frames: 100, to: "\(folder)/warm.mp4")
    try FileManager.default.removeItem(atPath: "\(folder)/warm.mp4")
    for number in 1...(count ?? 1000) {
        let path = "\(folder)/\(number).mp4"
        let take = avatar.speak(.sound(path: "Demo/audio/speech.wav"))
        let writing = Task { try await take.write(to: [.video(VideoOutput(path: path))]) }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
        await take.cancel()
        _ = await writing.result
        if number % 100 == 0 {
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).count
            print(
                "\(number) takes: \(Int(ProcessState.residentMiB)) MiB, \(ProcessState.threadCount) threads,",
                "\(ProcessState.openFileCount) open files, \(left) files left")
        }
    }

case "live":
    try await speakLive(try await loadDemo(), utterances: count ?? 20, to: "\(folder)/live.mp4")

default:
    print("usage: takes at-once|memory|cancelled|live [count]")
    exit(64)
}
