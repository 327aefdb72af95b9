import Foundation

extension Double {
    /// Seconds as messages have them, such as `12.34 s`.
    package var secondsText: String { String(format: "%.2f s", self) }
}
