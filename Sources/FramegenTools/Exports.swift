// Users import one module; what its API is made of comes with it.
@_exported public import FrameGeneration
@_exported public import Framegen
@_exported public import ModelFiles
