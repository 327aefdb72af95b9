// An app imports one module; avatars come with it.
@_exported public import Framegen
