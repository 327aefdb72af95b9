/// What the mouth does where nobody speaks.
public enum Silence: String, Sendable, Codable, CaseIterable {
    /// What the network makes of what is to be heard there, as the original does.
    case exact
    /// It comes to rest, as in digital silence, and is at rest when the speech ends; where somebody speaks, nothing changes.
    case rest
}
