import KMSBytes
import Testing

@Suite("Bytes that are wiped")
struct WipedBytesTests {
  @Test("They lend what they were given")
  func lending() {
    let held = WipedBytes([1, 2, 3])
    #expect(held.count == 3)
    #expect(held.withBytes { span in (0..<span.count).map { span[$0] } } == [1, 2, 3])
  }

  @Test("A copy that somebody kept is not touched")
  func sharedCopy() {
    let mine: [UInt8] = [1, 2, 3]
    do { _ = WipedBytes(mine) }
    #expect(mine == [1, 2, 3])
  }
}
