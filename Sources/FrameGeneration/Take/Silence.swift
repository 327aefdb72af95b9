/// What the mouth does where nobody speaks.
public enum Silence: String, Sendable, Codable, CaseIterable {
    /// What the network makes of what is to be heard there, as the original does.
    case exact
    /// It comes to rest, as in digital silence, and is at rest when the speech ends. Where somebody speaks nothing changes,
    /// but for the last two rows of a sound that ends while somebody speaks.
    case rest
}
