import Foundation

/// The files of a folder that are named by a number: `0.jpg`, `1.jpg`, `00002.jpg`.
///
/// Others are passed over.
package struct NumberedFiles {
    package let folder: String
    /// In ascending order.
    package let numbers: [Int]
    private let names: [Int: String]
    private let mainExtension: String

    /// - Throws: `.notFound` when the folder cannot be read, `.invalidData` when two files have one number.
    package init(folder: String, extensions: [String]) throws(FramegenError) {
        var names: [Int: String] = [:]
        for name in try Folder.names(at: folder).sorted() {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, extensions.contains(parts[1].lowercased()),
                parts[0].utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let number = Int(parts[0])
            else { continue }
            if let other = names[number] {
                throw FramegenError(
                    .invalidData,
                    "\(folder) holds both \(other) and \(name), expected one file with the number \(number)")
            }
            names[number] = name
        }
        self.folder = folder
        self.names = names
        numbers = names.keys.sorted()
        mainExtension = extensions[0]
    }

    /// The smallest number; 0 for an empty folder.
    package var first: Int { numbers.first ?? 0 }

    /// - Throws: `.notFound` naming the first file that is missing from the row of numbers, which starts at 0 or 1.
    package func checkUnbroken() throws(FramegenError) {
        let start = first == 1 ? 1 : 0
        for (offset, number) in numbers.enumerated() where number != start + offset {
            throw missing(start + offset)
        }
    }

    package func path(_ number: Int) throws(FramegenError) -> String { "\(folder)/\(try name(number))" }

    package func name(_ number: Int) throws(FramegenError) -> String {
        guard let name = names[number] else { throw missing(number) }
        return name
    }

    /// The file that belongs to `number` of `leading`, where templates exist that number their images from 1 and the
    /// rest from 0.
    package func path(_ number: Int, startingWith leading: NumberedFiles) throws(FramegenError) -> String {
        let startsEarlier = leading.first == 1 && names[0] != nil
        return try path(startsEarlier ? number - 1 : number)
    }

    private func missing(_ number: Int) -> FramegenError {
        FramegenError(.notFound, "\(folder)/\(number).\(mainExtension) is missing")
    }
}
