// Users import one module; what its API is made of comes with it.
@_exported public import FrameGeneration
@_exported public import Media
@_exported public import ModelFiles
