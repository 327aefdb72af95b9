// Images, sound and video of whatever platform this is built for: the same public names, from one target or the other. Which
// one, Package.swift says in words; the trait `FFmpeg` is on unless who depends on the package turns it off.
@_exported public import MediaSupport

#if FFmpeg && (os(Linux) || os(macOS))
    @_exported public import FFmpegMedia
#else
    @_exported public import AppleMedia
#endif
