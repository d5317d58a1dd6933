import KMSDomain
import WireJSON

/// Reads back the little of a line that the log itself needs.
enum RecordLine {
  /// A longer line isn't one of ours.
  static let byteLimit = 4 << 20
  private static let limits = JSONDocument.Limits(depth: 8, nodes: 200_000)

  /// The id of the record; nil when the line isn't a record: one JSON object with an id of 32 hex digits.
  static func id(of line: [UInt8]) -> Bits128? {
    guard let document = try? JSONDocument(line, limits: limits) else { return nil }
    return document.root["id"]?.string.flatMap { Bits128(hex: $0) }
  }
}
