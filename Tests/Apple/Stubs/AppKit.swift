// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of AppKit, for type checking where there is no Apple SDK. Written from Apple's public
// documentation; never linked.
@_exported public import AVFoundation

@MainActor open class NSResponder: NSObject {
    public override init() { fatalError() }
    public init?(coder: NSCoder) { fatalError() }
}

@MainActor open class NSView: NSResponder {
    public init(frame frameRect: CGRect) { fatalError() }
    public override init?(coder: NSCoder) { fatalError() }
    public convenience override init() { fatalError() }
    public var layer: CALayer? {
        get { fatalError() }
        set { fatalError() }
    }
    public var wantsLayer: Bool {
        get { fatalError() }
        set { fatalError() }
    }
}
