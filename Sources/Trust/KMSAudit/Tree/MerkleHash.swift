import Crypto

/// A SHA-256 hash in the tree of RFC 6962 section 2.1: leaves and nodes hash under different prefixes, so
/// that neither can pass for the other.
package struct MerkleHash: Hashable, Sendable {
  package static let byteCount = 32
  /// What comes before the bytes of a leaf.
  static let leafPrefix: UInt8 = 0
  private static let nodePrefix: UInt8 = 1

  /// Big-endian. Words rather than an array: a record makes two hashes, and neither needs memory of its own.
  private let words: (UInt64, UInt64, UInt64, UInt64)

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(MerkleHash.byteCount)
    append(to: &bytes)
    return bytes
  }

  /// nil unless there are 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == MerkleHash.byteCount else { return nil }
    self.init(taking: bytes)
  }

  private init(taking bytes: some Sequence<UInt8>) {
    var words = InlineArray<4, UInt64>(repeating: 0)
    var index = 0
    for byte in bytes {
      words[index >> 3 & 3] = words[index >> 3 & 3] << 8 | UInt64(byte)
      index += 1
    }
    self.words = (words[0], words[1], words[2], words[3])
  }

  package static func == (one: MerkleHash, other: MerkleHash) -> Bool { one.words == other.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }

  private func append(to output: inout [UInt8]) {
    MerkleHash.append(words.0, to: &output)
    MerkleHash.append(words.1, to: &output)
    MerkleHash.append(words.2, to: &output)
    MerkleHash.append(words.3, to: &output)
  }

  private static func append(_ word: UInt64, to output: inout [UInt8]) {
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      output.append(UInt8(truncatingIfNeeded: word >> shift))
    }
  }

  /// Hashes the bytes as they are: the caller has put the prefix in front.
  init(hashing prefixed: [UInt8]) { self.init(taking: SHA256.hash(data: prefixed)) }

  /// The root of a tree without leaves.
  package static let emptyRoot = MerkleHash(hashing: [])

  /// SHA-256(0x00 ‖ line).
  package static func leaf(_ line: [UInt8]) -> MerkleHash {
    var input: [UInt8] = []
    input.reserveCapacity(1 + line.count)
    input.append(leafPrefix)
    input.append(contentsOf: line)
    return MerkleHash(hashing: input)
  }

  /// SHA-256(0x01 ‖ left ‖ right).
  package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
    var input: [UInt8] = []
    input.reserveCapacity(1 + 2 * byteCount)
    input.append(nodePrefix)
    left.append(to: &input)
    right.append(to: &input)
    return MerkleHash(hashing: input)
  }
}
