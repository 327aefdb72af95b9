#if canImport(SwiftUI) && canImport(AVFoundation)
    import AVFoundation
    import SwiftUI

    #if canImport(UIKit)
        import UIKit

        /// A layer that fills its view.
        struct LayerView: UIViewRepresentable {
            let layer: AVSampleBufferDisplayLayer

            func makeUIView(context: Context) -> HostView { HostView(layer) }

            func updateUIView(_ view: HostView, context: Context) {}

            final class HostView: UIView {
                private let hosted: AVSampleBufferDisplayLayer

                init(_ layer: AVSampleBufferDisplayLayer) {
                    hosted = layer
                    super.init(frame: .zero)
                    self.layer.addSublayer(layer)
                }

                @available(*, unavailable)
                required init?(coder: NSCoder) { nil }

                override func layoutSubviews() {
                    super.layoutSubviews()
                    hosted.frame = bounds
                }
            }
        }
    #elseif canImport(AppKit)
        import AppKit

        /// A layer that fills its view.
        struct LayerView: NSViewRepresentable {
            let layer: AVSampleBufferDisplayLayer

            func makeNSView(context: Context) -> NSView {
                let view = NSView()
                // In this order the view takes the layer as its own.
                view.layer = layer
                view.wantsLayer = true
                return view
            }

            func updateNSView(_ view: NSView, context: Context) {}
        }
    #endif
#endif
