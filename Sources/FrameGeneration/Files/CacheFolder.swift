import Foundation

/// Where a user's programs keep what can be made anew.
package enum CacheFolder {
    /// The folder that `FRAMEGEN_CACHE` names, otherwise `framegen` in the system's folder for caches; it may be missing.
    package static var user: String {
        if let folder = ProcessInfo.processInfo.environment["FRAMEGEN_CACHE"], !folder.isEmpty { return folder }
        let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        let base = caches ?? FileManager.default.temporaryDirectory
        return base.appending(path: "framegen").path(percentEncoded: false)
    }
}
