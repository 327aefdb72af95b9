extension String {
    /// Characters that control a terminal or turn the direction of writing, as a file's name may hold, become spaces,
    /// so that a message stays one line and reads as it was written.
    package var onOneLine: String {
        let safe = unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            case .format where !scalar.properties.isJoinControl: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(safe))
    }
}
