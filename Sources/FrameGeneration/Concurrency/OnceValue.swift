import Synchronization

/// A value that is made at the first call; who calls meanwhile waits for it.
///
/// A failure is not remembered.
final class OnceValue<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)

    /// The value, made by `make` where it is not there yet.
    ///
    /// - Throws: what `make` throws.
    func value<Failure>(_ make: () throws(Failure) -> Value) throws(Failure) -> Value {
        let result = made.withLock { value -> Result<Value, Failure> in
            if let value { return .success(value) }
            do throws(Failure) {
                let new = try make()
                value = new
                return .success(new)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
