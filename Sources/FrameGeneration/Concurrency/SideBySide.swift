/// Does two things side by side, and returns when both are done.
///
/// - Throws: what `first` throws, otherwise what `second` throws. When `first` fails, `second` is cancelled and waited for.
package func sideBySide<First: Sendable, Second: Sendable>(
    _ first: @Sendable () async throws(FramegenError) -> First,
    _ second: @escaping @Sendable () async throws(FramegenError) -> Second
) async throws(FramegenError) -> (First, Second) {
    // Tasks that run side by side may throw anything, so errors travel as results, whose type is known.
    async let secondResult: Result<Second, FramegenError> = {
        do throws(FramegenError) {
            return .success(try await second())
        } catch {
            return .failure(error)
        }
    }()
    let firstValue = try await first()
    return (firstValue, try await secondResult.get())
}
