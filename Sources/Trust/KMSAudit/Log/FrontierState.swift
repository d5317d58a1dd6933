import KMSBytes

/// Where the log stood at its last checkpoint: a cache that spares a start from reading the log from its
/// beginning. It is believed only as far as its root is the root of a signed checkpoint.
struct FrontierState: Equatable, Sendable {
  private static let format = "claviger-frontier/1"
  static let byteLimit = 16 << 10

  let frontier: MerkleFrontier
  /// The segment that the next record was to go to, and where in it.
  let segment: UInt64
  let position: Int64

  init(frontier: MerkleFrontier, segment: UInt64, position: Int64) {
    self.frontier = frontier
    self.segment = segment
    self.position = position
  }

  /// Lines: format, size, segment, position, then one peak a line in base 64.
  var text: [UInt8] {
    var lines = [FrontierState.format, String(frontier.size), String(segment), String(position)]
    lines += frontier.peaks.map { Base64.string($0.bytes) }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  init?(_ text: [UInt8]) {
    guard text.last == 0x0a,
      let lines = String(validating: text, as: UTF8.self)?.dropLast().split(separator: "\n")
    else { return nil }
    guard lines.count >= 4, lines[0] == FrontierState.format, let size = UInt64(lines[1]),
      let segment = UInt64(lines[2]), let position = Int64(lines[3]), position >= 0, segment <= size
    else { return nil }
    var peaks: [MerkleHash] = []
    for line in lines[4...] {
      guard let peak = Base64.bytes(String(line)).flatMap({ MerkleHash($0) }) else { return nil }
      peaks.append(peak)
    }
    guard let frontier = MerkleFrontier(size: size, peaks: peaks) else { return nil }
    self.init(frontier: frontier, segment: segment, position: position)
  }
}
