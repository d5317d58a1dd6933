import Crypto
import KMSAudit
import KMSBytes
import Testing

@Suite("The tree")
struct MerkleTreeTests {
  /// MTH as RFC 6962 section 2.1 defines it, by recursion and with its own hashing.
  private func naiveRoot(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    if leaves.isEmpty { return Array(SHA256.hash(data: [UInt8]())) }
    if leaves.count == 1 { return Array(SHA256.hash(data: [0] + leaves[leaves.startIndex])) }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return Array(SHA256.hash(data: [1] + naiveRoot(leaves[..<middle]) + naiveRoot(leaves[middle...])))
  }

  @Test("has the root that the definition gives, for every size up to 300")
  func agreesWithDefinition() {
    let leaves = (0..<300).map { number in [UInt8]("record \(number)".utf8) }
    var frontier = MerkleFrontier()
    for size in 0...300 {
      #expect(frontier.root.bytes == naiveRoot(leaves[..<size]), "size \(size)")
      #expect(frontier.size == UInt64(size))
      #expect(frontier.peaks.count == size.nonzeroBitCount)
      if size < 300 { frontier.append(.leaf(leaves[size])) }
    }
  }

  @Test("of nothing and of one empty leaf have the well-known roots")
  func knownRoots() {
    #expect(
      Hex.string(MerkleHash.emptyRoot.bytes)
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    var frontier = MerkleFrontier()
    frontier.append(.leaf([]))
    #expect(
      Hex.string(frontier.root.bytes) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
  }

  /// The eight inputs and the roots that implementations of Certificate Transparency test with.
  @Test("has the published roots of Certificate Transparency's test inputs")
  func publishedRoots() throws {
    let inputs = [
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    let roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    var frontier = MerkleFrontier()
    for (input, root) in zip(inputs, roots) {
      frontier.append(.leaf(try #require(Hex.bytes(input))))
      #expect(Hex.string(frontier.root.bytes) == root)
    }
  }

  @Test("is not rebuilt from peaks that don't fit its size")
  func refusesPeaks() {
    #expect(MerkleFrontier(size: 3, peaks: [.emptyRoot]) == nil)
    #expect(MerkleFrontier(size: 3, peaks: [.emptyRoot, .emptyRoot]) != nil)
    #expect(MerkleHash([1, 2, 3]) == nil)
  }
}
