import KMSSystem

/// The files of a log: where they are and what they are called.
struct LogFolder: Sendable {
  private static let digits = 20
  private static let suffix = ".jsonl"

  let path: String

  /// All signed checkpoints, the oldest first.
  var checkpoints: String { path + "/checkpoints" }
  /// The last checkpoint once more, for copying it elsewhere.
  var latestCheckpoint: String { path + "/checkpoint" }
  /// What a start needs in order not to read the log from its beginning.
  var frontier: String { path + "/frontier" }
  var verifierKey: String { path + "/verifier-key" }

  /// A segment is named by the index of its first record.
  func segment(_ first: UInt64) -> String { path + "/" + LogFolder.segmentName(first) }

  static func segmentName(_ first: UInt64) -> String {
    let number = String(first)
    return String(repeating: "0", count: digits - number.utf8.count) + number + suffix
  }

  /// The first indices of the segments, ascending. Files of other names are not the log's.
  func segments() throws(SystemError) -> [UInt64] {
    var result: [UInt64] = []
    for name in try Directory.entries(path) {
      if let first = LogFolder.first(ofSegment: name) { result.append(first) }
    }
    return result.sorted()
  }

  private static func first(ofSegment name: String) -> UInt64? {
    guard name.utf8.count == digits + suffix.utf8.count, name.hasSuffix(suffix) else { return nil }
    let number = name.utf8.prefix(digits)
    guard number.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(String(name.prefix(digits)))
  }

  /// A whole small file; nil when it isn't there.
  static func contents(_ path: String, limit: Int) throws(SystemError) -> [UInt8]? {
    let file: ReadFile
    do throws(SystemError) {
      file = try ReadFile(path)
    } catch {
      if error.isAbsence { return nil }
      throw error
    }
    return try file.read(at: 0, count: limit)
  }
}
