import Crypto

/// A SHA-256 hash in the tree of RFC 6962 section 2.1: leaves and nodes hash under different prefixes, so
/// that neither can pass for the other.
package struct MerkleHash: Hashable, Sendable {
  package static let byteCount = 32
  /// What comes before the bytes of a leaf.
  static let leafPrefix: UInt8 = 0
  private static let nodePrefix: UInt8 = 1

  package let bytes: [UInt8]

  /// nil unless there are 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == MerkleHash.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Hashes the bytes as they are: the caller has put the prefix in front.
  init(hashing prefixed: [UInt8]) {
    let digest = SHA256.hash(data: prefixed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(MerkleHash.byteCount)
    for byte in digest { bytes.append(byte) }
    self.bytes = bytes
  }

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
    input.append(contentsOf: left.bytes)
    input.append(contentsOf: right.bytes)
    return MerkleHash(hashing: input)
  }
}
