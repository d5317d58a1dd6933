/// That a record stands at its place in the tree of a checkpoint (RFC 6962 section 2.1.1): the roots of the subtrees beside its
/// way up, the nearest first.
package struct InclusionProof: Hashable, Sendable {
  package let index: UInt64
  package let path: [MerkleHash]

  package init(index: UInt64, path: [MerkleHash]) {
    self.index = index
    self.path = path
  }

  /// The leaves below each node of the path, the nearest first; nil when there is no such leaf.
  package static func ranges(of index: UInt64, in size: UInt64) -> [Range<UInt64>]? {
    guard index < size else { return nil }
    var result: [Range<UInt64>] = []
    var whole = 0..<size
    while whole.upperBound - whole.lowerBound > 1 {
      let middle = whole.lowerBound + largestPower(below: whole.upperBound - whole.lowerBound)
      let (left, right) = (whole.lowerBound..<middle, middle..<whole.upperBound)
      whole = index < middle ? left : right
      result.append(index < middle ? right : left)
    }
    return result.reversed()
  }

  /// The root that follows for a tree of this size; nil when the path is too long or too short for it.
  package func root(of leaf: MerkleHash, in size: UInt64) -> MerkleHash? {
    guard let ranges = InclusionProof.ranges(of: index, in: size), ranges.count == path.count else {
      return nil
    }
    var node = leaf
    for (range, sibling) in zip(ranges, path) {
      node = range.lowerBound > index ? .node(node, sibling) : .node(sibling, node)
    }
    return node
  }

  /// Of 2 and more.
  private static func largestPower(below number: UInt64) -> UInt64 {
    1 << UInt64(UInt64.bitWidth - 1 - (number - 1).leadingZeroBitCount)
  }
}

/// Makes the proof of one record while all leaves of the tree pass by, in their order and in little memory.
package struct ProofCollector {
  package let index: UInt64
  private var beside: [(range: Range<UInt64>, tree: MerkleFrontier)]

  /// nil when there is no such leaf.
  package init?(of index: UInt64, in size: UInt64) {
    guard let ranges = InclusionProof.ranges(of: index, in: size) else { return nil }
    self.index = index
    beside = ranges.map { ($0, MerkleFrontier()) }
  }

  package mutating func take(_ leaf: MerkleHash, at place: UInt64) {
    for entry in beside.indices where beside[entry].range.contains(place) {
      beside[entry].tree.append(leaf)
    }
  }

  package var proof: InclusionProof { InclusionProof(index: index, path: beside.map(\.tree.root)) }
}
