// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the sample uses of UniformTypeIdentifiers, for type checking where there is no Apple SDK. Written from
// Apple's public documentation; never linked.
public struct UTType: Hashable, Sendable {
    public static var audio: UTType { fatalError() }
    public static var movie: UTType { fatalError() }
}
