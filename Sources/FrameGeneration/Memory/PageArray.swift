/// An array whose memory is framegen's own: pages that are given back to the system when the last owner lets go, however a
/// program's heap is set up.
///
/// Like `Array` it is a value and copied when it is changed while it is shared; unlike it, it holds plain values only.
/// Short ones are in the heap as any array's.
public struct PageArray<Element: BitwiseCopyable & Sendable>: Sendable {
    @usableFromInline var storage: PageStorage
    /// How many values there are.
    public private(set) var count: Int

    /// An array without values, with room for `capacity` of them.
    @usableFromInline
    init(capacity: Int) {
        storage = PageStorage(byteCount: capacity * MemoryLayout<Element>.stride)
        count = 0
    }

    /// An array of `capacity` values at most, which `initialize` writes.
    ///
    /// - Parameters:
    ///   - capacity: how many there is room for.
    ///   - initialize: writes values from the buffer's beginning on and says how many.
    /// - Throws: what `initialize` throws.
    public init<Failure: Error>(
        unsafeUninitializedCapacity capacity: Int,
        initializingWith initialize: (inout UnsafeMutableBufferPointer<Element>, inout Int) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(capacity: capacity)
        var buffer = UnsafeMutableBufferPointer(start: base, count: capacity)
        try initialize(&buffer, &count)
        precondition(count >= 0 && count <= capacity, "\(count) values in memory for \(capacity)")
    }

    @inlinable var base: UnsafeMutablePointer<Element> { storage.pointer.assumingMemoryBound(to: Element.self) }

    @usableFromInline var capacity: Int { storage.byteCount / MemoryLayout<Element>.stride }

    /// Makes sure that nobody else sees what is written next, and that there is room for `capacity` values.
    @usableFromInline
    mutating func makeWritable(capacity wanted: Int) {
        if isKnownUniquelyReferenced(&storage), capacity >= wanted { return }
        var copy = PageArray(capacity: wanted)
        copy.base.update(from: base, count: count)
        copy.count = count
        self = copy
    }
}

extension PageArray {
    /// The values, for reading.
    @inlinable public var span: Span<Element> {
        @_lifetime(borrow self) get {
            let buffer = UnsafeBufferPointer(start: base, count: count)
            return _overrideLifetime(Span(_unsafeElements: buffer), borrowing: self)
        }
    }

    /// The values, for writing.
    @inlinable public var mutableSpan: MutableSpan<Element> {
        @_lifetime(&self) mutating get {
            makeWritable(capacity: count)
            let buffer = UnsafeMutableBufferPointer(start: base, count: count)
            return _overrideLifetime(MutableSpan(_unsafeElements: buffer), mutating: &self)
        }
    }

    /// Calls `body` with the values' memory.
    @inlinable
    public func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: base, count: count))
    }

    /// Calls `body` with the values' memory, which it may write.
    @inlinable
    public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
        _ body: (inout UnsafeMutableBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        makeWritable(capacity: count)
        defer { withExtendedLifetime(storage) {} }
        var buffer = UnsafeMutableBufferPointer(start: base, count: count)
        return try body(&buffer)
    }
}

extension PageArray: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// An array without values.
    public init() { self.init(capacity: 0) }

    /// The same value `count` times.
    public init(repeating value: Element, count: Int) {
        self.init(unsafeUninitializedCapacity: count) { buffer, filled in
            buffer.initialize(repeating: value)
            filled = count
        }
    }

    /// A copy of a sequence's values.
    public init(_ values: some Sequence<Element>) {
        self.init(capacity: values.underestimatedCount)
        append(contentsOf: values)
    }

    /// 0.
    @inlinable public var startIndex: Int { 0 }
    /// `count`.
    @inlinable public var endIndex: Int { count }

    /// The value at `index`.
    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "no value \(index) among \(count)")
            return base[index]
        }
        set {
            precondition(index >= 0 && index < count, "no value \(index) among \(count)")
            makeWritable(capacity: count)
            base[index] = newValue
        }
    }

    /// Makes room for `capacity` values in all.
    public mutating func reserveCapacity(_ capacity: Int) { makeWritable(capacity: Swift.max(capacity, count)) }

    /// Adds a sequence's values at the end.
    public mutating func append(contentsOf values: some Sequence<Element>) {
        let isAdded: Void? = values.withContiguousStorageIfAvailable { source in
            guard let start = source.baseAddress else { return }
            makeRoom(for: source.count)
            (base + count).update(from: start, count: source.count)
            count += source.count
        }
        guard isAdded == nil else { return }
        for value in values { append(value) }
    }

    /// Adds a value at the end.
    public mutating func append(_ value: Element) {
        makeRoom(for: 1)
        base[count] = value
        count += 1
    }

    /// Puts other values in the place of those in `range`.
    public mutating func replaceSubrange(_ range: Range<Int>, with values: some Collection<Element>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "no values \(range) among \(count)")
        let added = values.count
        let rest = count - range.upperBound
        makeWritable(capacity: Swift.max(count, range.lowerBound + added + rest))
        let place = base + range.lowerBound
        if added != range.count { (place + added).update(from: base + range.upperBound, count: rest) }
        _ = UnsafeMutableBufferPointer(start: place, count: added).update(fromContentsOf: values)
        count = range.lowerBound + added + rest
    }

    /// Calls `body` with the values' memory.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Element>) throws -> Result
    ) rethrows -> Result? {
        try withUnsafeBufferPointer(body)
    }

    private mutating func makeRoom(for added: Int) {
        let needed = count + added
        makeWritable(capacity: needed <= capacity ? needed : Swift.max(needed, 2 * capacity))
    }
}

extension PageArray: Equatable where Element: Equatable {
    /// Whether both hold the same values in the same order.
    public static func == (first: PageArray, second: PageArray) -> Bool {
        guard first.count == second.count else { return false }
        let (first, second) = (first.span, second.span)
        return first.indices.allSatisfy { first[$0] == second[$0] }
    }
}

extension PageArray: ExpressibleByArrayLiteral {
    /// The values of a literal.
    public init(arrayLiteral values: Element...) { self.init(values) }
}

/// Memory for plain values, given back with its last owner.
///
/// `PageArray` writes it only while it is the one owner, which the compiler cannot see.
@usableFromInline
final class PageStorage: @unchecked Sendable {
    @usableFromInline let pointer: UnsafeMutableRawPointer
    /// How much there is room for.
    @usableFromInline let byteCount: Int
    private let isOfPages: Bool

    init(byteCount: Int) {
        isOfPages = byteCount >= PagePool.smallestByteCount
        if isOfPages {
            self.byteCount = PagePool.blockByteCount(for: byteCount)
            pointer = PagePool.shared.take(self.byteCount)
        } else {
            self.byteCount = byteCount
            pointer = .allocate(byteCount: byteCount, alignment: 16)
        }
    }

    deinit {
        if isOfPages { PagePool.shared.giveBack(pointer, byteCount) } else { pointer.deallocate() }
    }
}
