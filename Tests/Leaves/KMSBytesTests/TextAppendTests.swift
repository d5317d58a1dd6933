import KMSBytes
import Testing

@Suite("Texts appended as bytes")
struct TextAppendTests {
  @Test(
    "A counted text is its length in four bytes, then its bytes",
    arguments: [
      "", "a", "fifteen bytes..", "more than fifteen bytes, so stored elsewhere", "e\u{301}\u{1f511}",
    ])
  func counted(text: String) {
    var bytes: [UInt8] = [7]
    let count = text.utf8.count
    bytes.append(addingCapacity: 4 + count) { (room: inout OutputSpan<UInt8>) in room.append(counted: text) }
    #expect(bytes == [7, 0, 0, 0, UInt8(count)] + Array(text.utf8))
  }
}
