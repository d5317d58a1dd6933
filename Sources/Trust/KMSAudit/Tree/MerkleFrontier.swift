/// The right edge of a tree: the roots of the full subtrees that its size is made of, the largest first.
/// Enough to append leaves and to know the root, in space logarithmic in the size; appending costs one node
/// hash on average.
package struct MerkleFrontier: Hashable, Sendable {
  package private(set) var size: UInt64
  package private(set) var peaks: [MerkleHash]

  package init() {
    size = 0
    peaks = []
    peaks.reserveCapacity(UInt64.bitWidth)
  }

  /// nil unless there is one peak for every bit that is set in the size.
  package init?(size: UInt64, peaks: [MerkleHash]) {
    guard size.nonzeroBitCount == peaks.count else { return nil }
    self.size = size
    self.peaks = peaks
  }

  package mutating func append(_ leaf: MerkleHash) {
    var node = leaf
    var full = size
    while full & 1 == 1, let left = peaks.popLast() {
      node = .node(left, node)
      full >>= 1
    }
    peaks.append(node)
    size += 1
  }

  /// MTH of RFC 6962 section 2.1.
  package var root: MerkleHash {
    guard var root = peaks.last else { return .emptyRoot }
    for peak in peaks.dropLast().reversed() { root = .node(peak, root) }
    return root
  }
}
