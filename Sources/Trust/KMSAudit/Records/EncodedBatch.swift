import KMSDomain

/// Records ready to be appended: their lines as they will stand in the file, and the leaf of each. Made
/// outside the lock.
struct EncodedBatch: Sendable {
  /// Room that usually spares growing.
  static let usualRecord = 1024

  private(set) var bytes: [UInt8] = []
  private(set) var leaves: [MerkleHash] = []

  init(_ records: [AuditRecord]) {
    var encoder = RecordEncoder()
    bytes.reserveCapacity(records.count * EncodedBatch.usualRecord)
    leaves.reserveCapacity(records.count)
    // The prefix of the leaf hash stands before the line, so that hashing needs no second copy.
    var prefixed: [UInt8] = [MerkleHash.leafPrefix]
    prefixed.reserveCapacity(EncodedBatch.usualRecord)
    for record in records {
      prefixed.removeLast(prefixed.count - 1)
      encoder.append(record, to: &prefixed)
      leaves.append(MerkleHash(hashing: prefixed))
      bytes.append(contentsOf: prefixed[1...])
      bytes.append(0x0a)
    }
  }

  init(line: [UInt8]) {
    leaves = [MerkleHash.leaf(line)]
    bytes = line
    bytes.append(0x0a)
  }
}
