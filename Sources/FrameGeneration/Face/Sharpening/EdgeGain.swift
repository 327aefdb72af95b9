/// By how much the edges of a face are to be made steeper where it shows something else than its template, so that they are
/// as steep as the template's own: a chin that has moved is as sharp as it was where it lay.
///
/// How steep edges are is the energy of their Laplacian against their contrast over some pixels. Grain, which is everywhere,
/// does not count.
struct EdgeGain {
    /// Above this, edges look drawn.
    private static let most: Float = 2.5
    /// Gains that are tried; between them the steepness goes evenly.
    private static let tried: [Float] = [0, 0.75, 1.5, most]
    /// Levels over `reach` on either side from which on there is an edge.
    private static let contrast: Int32 = 64
    /// Of so many rows one is looked at.
    private static let rowStep = 4

    /// 0 leaves edges as they are.
    let value: Float

    /// - Parameters:
    ///   - face: as large as its place in the frame.
    ///   - template: the frame's image.
    ///   - rect: the place.
    ///   - agreement: where both show the same.
    ///   - step: pixels of the face that one of the square has become.
    init(for face: PixelImage, in template: PixelImage, at rect: PixelRect, _ agreement: FaceAgreement, step: Int) {
        let reach = 3 * step
        let margin = reach + 1
        let size = face.size
        guard size.width > 2 * margin, size.height > 2 * margin else {
            value = 0
            return
        }
        let whole = PixelRect(x: 0, y: 0, width: size.width, height: size.height)
        let (own, new) = (GreenPlane(template, rect), GreenPlane(face, whole))
        var lines = agreement.lines(for: size)
        var (wantedEdges, foundEdges) = (Edges(width: size.width), Edges(width: size.width))
        var wanted = EdgeEnergy(width: size.width)
        var found = Self.tried.map { _ in EdgeEnergy(width: size.width) }
        var weights = [Float](repeating: 0, count: size.width)
        var shares = [Int16](repeating: 0, count: size.width)
        var steep = PageArray<UInt8>(repeating: 0, count: 3 * size.width)
        for y in stride(from: margin, to: size.height - margin, by: Self.rowStep) where lines.move(to: y) {
            fill(&shares, &weights, lines.line)
            wantedEdges.look(at: own, y, reach: reach, contrast: Self.contrast, weights)
            wanted.add(own.values.span, row: y, wantedEdges)
            foundEdges.look(at: new, y, reach: reach, contrast: Self.contrast, weights)
            found[0].add(new.values.span, row: y, foundEdges)
            for index in 1..<found.count {
                for place in 0..<3 {
                    let (row, start) = (y + place - 1, place * size.width)
                    copy(new.values.span.extracting(new.range(row)), to: &steep, from: start)
                    steepen(
                        new.values.span.extracting(new.range(row - step)), new.values.span.extracting(new.range(row)),
                        new.values.span.extracting(new.range(row + step)), shares.span, reach: step,
                        gain: fixed(Self.tried[index]), from: start, to: &steep)
                }
                found[index].add(steep.span, row: 1, foundEdges)
            }
        }
        value = Self.gain(
            for: wantedEdges.steepness(wanted), among: found.map { foundEdges.steepness($0) })
    }

    private static func gain(for wanted: Float?, among found: [Float?]) -> Float {
        guard let wanted, let first = found[0], wanted > first else { return 0 }
        var before = first
        for index in 1..<tried.count {
            let next = max(found[index] ?? before, before)
            guard wanted > next else {
                return tried[index - 1] + (tried[index] - tried[index - 1]) * (wanted - before) / (next - before)
            }
            before = next
        }
        return most
    }
}

/// The green of a part of an image, row by row.
private struct GreenPlane {
    private let width: Int
    private(set) var values: PageArray<UInt8>

    init(_ image: PixelImage, _ rect: PixelRect) {
        width = rect.width
        values = PageArray(repeating: 0, count: rect.width * rect.height)
        for y in 0..<rect.height {
            let start = image.rowRange(rect.y + y).lowerBound + rect.x * PixelImage.channels
            copyGreen(
                image.pixels.span.extracting(start..<start + width * PixelImage.channels), to: &values, from: y * width)
        }
    }

    func range(_ y: Int) -> Range<Int> { y * width..<(y + 1) * width }
}

/// Where a face has edges: of the row that is looked at, and what all rows add up to, column by column.
private struct Edges {
    /// Weights of pixels at edges, and of the others.
    private(set) var inside: [Float]
    private(set) var outside: [Float]
    private var insideWeight: [Float]
    private var outsideWeight: [Float]
    private var contrast: [Float]

    init(width: Int) {
        let none = [Float](repeating: 0, count: width)
        (inside, outside, insideWeight, outsideWeight, contrast) = (none, none, none, none, none)
    }

    /// Tells edges from what is none in row `y`.
    mutating func look(at plane: GreenPlane, _ y: Int, reach: Int, contrast least: Int32, _ weights: [Float]) {
        findEdges(
            plane.values.span, row: y, weights, reach: reach, least: least, &inside, &outside, &contrast)
        let (inside, outside) = (inside, outside)
        accumulate(inside, to: &insideWeight)
        accumulate(outside, to: &outsideWeight)
    }

    /// Energy of the edges above what is everywhere, for their contrast; nil where there is no edge.
    func steepness(_ energy: EdgeEnergy) -> Float? {
        let (outsideWeight, contrast) = (outsideWeight.reduce(0, +), contrast.reduce(0, +))
        guard contrast > 0 else { return nil }
        let everywhere = outsideWeight > 0 ? energy.outside.reduce(0, +) / outsideWeight : 0
        let atEdges = energy.inside.reduce(0, +) - everywhere * insideWeight.reduce(0, +)
        return (max(atEdges, 0) / contrast).squareRoot()
    }
}

/// The energy of the Laplacian at edges and elsewhere, which rows add up to, column by column.
private struct EdgeEnergy {
    private(set) var inside: [Float]
    private(set) var outside: [Float]

    init(width: Int) {
        inside = [Float](repeating: 0, count: width)
        outside = inside
    }

    /// Adds that of a row that lies between two others.
    mutating func add(_ values: Span<UInt8>, row: Int, _ edges: Edges) {
        addEnergy(values, row: row, edges.inside, edges.outside, &inside, &outside)
    }
}

private func copyGreen(_ row: Span<UInt8>, to values: inout PageArray<UInt8>, from start: Int) {
    let count = row.count / 3
    precondition(start >= 0 && start + count <= values.count)
    var target = values.mutableSpan
    for x in 0..<count { target[start &+ x] = row[3 &* x &+ 1] }
}

private func copy(_ row: Span<UInt8>, to values: inout PageArray<UInt8>, from start: Int) {
    precondition(start >= 0 && start + row.count <= values.count)
    var target = values.mutableSpan
    for x in 0..<row.count { target[start &+ x] = row[x] }
}

/// Takes one value for each pixel of an agreement; what does not agree counts.
private func fill(_ shares: inout [Int16], _ weights: inout [Float], _ agreement: [Int16]) {
    let count = shares.count
    precondition(weights.count == count && agreement.count == 3 * count)
    let line = agreement.span
    var shareSpan = shares.mutableSpan
    var weightSpan = weights.mutableSpan
    for x in 0..<count {
        shareSpan[x] = line[3 &* x]
        weightSpan[x] = Float(FaceAgreement.whole &- line[3 &* x])
    }
}

private func findEdges(
    _ all: Span<UInt8>, row: Int, _ weights: [Float], reach: Int, least: Int32, _ edges: inout [Float],
    _ others: inout [Float], _ contrast: inout [Float]
) {
    let width = weights.count
    let count = width - 2 * reach
    precondition(count > 0 && edges.count == width && others.count == width && contrast.count == width)
    let start = row * width
    let (lefts, rights) = (all.extracting(start..<start + count), all.extracting(start + 2 * reach..<start + width))
    let (above, below) = (start - reach * width + reach, start + reach * width + reach)
    let (tops, bottoms) = (all.extracting(above..<above + count), all.extracting(below..<below + count))
    let inside = weights.span.extracting(reach..<reach + count)
    precondition(lefts.count == count && rights.count == count && inside.count == count)
    precondition(tops.count == count && bottoms.count == count && reach >= 0)
    var edgeSpan = edges.mutableSpan
    var otherSpan = others.mutableSpan
    var contrastSpan = contrast.mutableSpan
    for i in 0..<count {
        let across = Int32(rights[i]) &- Int32(lefts[i])
        let down = Int32(bottoms[i]) &- Int32(tops[i])
        let square = across &* across &+ down &* down
        let edge = square > least &* least ? inside[i] : 0
        edgeSpan[reach &+ i] = edge
        otherSpan[reach &+ i] = inside[i] - edge
        contrastSpan[reach &+ i] += edge * Float(square)
    }
}

private func accumulate(_ values: [Float], to sums: inout [Float]) {
    precondition(sums.count == values.count)
    let added = values.span
    var target = sums.mutableSpan
    for i in 0..<added.count { target[i] += added[i] }
}

private func addEnergy(
    _ all: Span<UInt8>, row: Int, _ edges: [Float], _ others: [Float], _ edgeEnergy: inout [Float],
    _ otherEnergy: inout [Float]
) {
    let width = edges.count
    let count = width - 2
    precondition(count > 0 && others.count == width && edgeEnergy.count == width && otherEnergy.count == width)
    let start = row * width
    let (lefts, rights) = (all.extracting(start..<start + count), all.extracting(start + 2..<start + width))
    let owns = all.extracting(start + 1..<start + 1 + count)
    let (above, below) = (start - width + 1, start + width + 1)
    let (tops, bottoms) = (all.extracting(above..<above + count), all.extracting(below..<below + count))
    let (inEdges, inOthers) = (edges.span.extracting(1..<1 + count), others.span.extracting(1..<1 + count))
    precondition(lefts.count == count && rights.count == count && owns.count == count)
    precondition(tops.count == count && bottoms.count == count && inEdges.count == count && inOthers.count == count)
    var edgeSpan = edgeEnergy.mutableSpan
    var otherSpan = otherEnergy.mutableSpan
    for i in 0..<count {
        let around = Int32(lefts[i]) &+ Int32(rights[i]) &+ Int32(tops[i]) &+ Int32(bottoms[i])
        let detail = Float(4 &* Int32(owns[i]) &- around)
        edgeSpan[1 &+ i] += inEdges[i] * detail * detail
        otherSpan[1 &+ i] += inOthers[i] * detail * detail
    }
}
