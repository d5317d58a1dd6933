import KMSBytes
import Testing

@Suite("Base 16")
struct HexTests {
  @Test("All bytes go out in lower case and come back in either")
  func roundTrip() {
    let all = Array(UInt8.min...UInt8.max)
    let text = Hex.string(all)
    #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10") && text.hasSuffix("fdfeff"))
    #expect(Hex.bytes(text) == all)
    #expect(Hex.bytes(text.uppercased()) == all)
    #expect(Hex.bytes("") == [])
    var room = [UInt8](repeating: 0, count: 256)
    var span = room.mutableSpan
    #expect(Hex.decode(Array(text.utf8).span, into: &span))
    #expect(room == all)
  }

  @Test(
    "What isn't pairs of digits is refused",
    arguments: [
      "0", "000", "0g", "g0", " 0", "0 ", "0x00", "+1", "-1", "0\n", "\u{e9}", "00:00", "\u{ff10}\u{ff10}",
    ])
  func malformed(text: String) {
    #expect(Hex.bytes(text) == nil)
    let digits = Array(text.utf8)
    var room = [UInt8](repeating: 0, count: digits.count / 2)
    var span = room.mutableSpan
    #expect(!Hex.decode(digits.span, into: &span))
  }

  @Test("Digits for more or less memory are refused")
  func count() {
    var room: [UInt8] = [7]
    var span = room.mutableSpan
    for text in ["", "0", "000", "0000"] { #expect(!Hex.decode(Array(text.utf8).span, into: &span)) }
    #expect(Hex.decode(Array("fe".utf8).span, into: &span))
    #expect(room == [0xfe])
  }

  @Test("Every byte is a digit or refused")
  func digits() {
    for byte in UInt8.min...UInt8.max {
      let isDigit = "0123456789abcdefABCDEF".utf8.contains(byte)
      #expect((Hex.bytes([byte, 0x30]) != nil) == isDigit)
      #expect((Hex.bytes([0x30, byte]) != nil) == isDigit)
    }
  }
}
