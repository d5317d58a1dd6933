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
  }

  @Test(
    "What isn't pairs of digits is refused",
    arguments: [
      "0", "000", "0g", "g0", " 0", "0 ", "0x00", "+1", "-1", "0\n", "\u{e9}", "00:00", "\u{ff10}\u{ff10}",
    ])
  func malformed(text: String) { #expect(Hex.bytes(text) == nil) }

  @Test("Every byte is a digit or refused")
  func digits() {
    for byte in UInt8.min...UInt8.max {
      let isDigit = "0123456789abcdefABCDEF".utf8.contains(byte)
      #expect((Hex.bytes([byte, 0x30]) != nil) == isDigit)
      #expect((Hex.bytes([0x30, byte]) != nil) == isDigit)
    }
  }
}
