import FramegenServer
import Testing

@Suite struct EventStreamTests {
    @Test("an event's lines are those of the standard")
    func text() {
        #expect(ServerSentEvent(id: "1", name: "load", data: "{}").text == "id: 1\nevent: load\ndata: {}\n\n")
        #expect(
            ServerSentEvent(id: nil, name: "load", data: "a\nb\r\nc\rd").text
                == "event: load\ndata: a\ndata: b\ndata: c\ndata: d\n\n")
    }
}
