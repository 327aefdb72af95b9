// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of UIKit, for type checking where there is no Apple SDK. Written from Apple's public
// documentation; never linked.
@_exported public import AVFoundation

@MainActor open class UIView: NSObject {
    public init(frame: CGRect) { fatalError() }
    public required init?(coder: NSCoder) { fatalError() }
    public var layer: CALayer { fatalError() }
    public var bounds: CGRect { fatalError() }
    open func layoutSubviews() { fatalError() }
}
