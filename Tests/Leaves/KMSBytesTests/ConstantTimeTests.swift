import KMSBytes
import Testing

@Suite("Comparing in constant time")
struct ConstantTimeTests {
  @Test("Equal bytes are equal, at every length")
  func equal() {
    for count in 0..<100 {
      let bytes = (0..<count).map { UInt8($0) }
      #expect(ConstantTime.equal(bytes, Array(bytes)))
      let spans = ConstantTime.equal(bytes.span, Array(bytes).span)
      #expect(spans)
    }
  }

  @Test("One bit anywhere makes a difference")
  func oneBit() {
    let bytes = [UInt8](repeating: 0x5a, count: 33)
    for index in bytes.indices {
      for bit in UInt8(0)..<8 {
        var other = bytes
        other[index] ^= 1 << bit
        #expect(!ConstantTime.equal(bytes, other))
      }
    }
  }

  @Test("Other lengths are unequal, also with a common beginning")
  func lengths() {
    #expect(!ConstantTime.equal([1, 2, 3], [1, 2]))
    #expect(!ConstantTime.equal([], [0]))
    #expect(!ConstantTime.equal([0], [0, 0]))
  }
}
