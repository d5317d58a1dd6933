import Foundation
import KMSBytes
import SeededRandom
import Testing

@Suite("Base 64")
struct Base64Tests {
  @Test(
    "RFC 4648 section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func vectors(plain: String, encoded: String) {
    #expect(Base64.string(Array(plain.utf8)) == encoded)
    #expect(Base64.bytes(encoded) == Array(plain.utf8))
    #expect(Base64.encodedLength(plain.utf8.count) == encoded.utf8.count)
    #expect(Base64.decodedLength(Array(encoded.utf8).span) == plain.utf8.count)
  }

  @Test(
    "What isn't canonical is refused",
    arguments: [
      "Z", "Zg", "Zg=", "Zg===", "Zg====", "Zm8", "Zm8==", "=", "==", "===", "====", "Z===", "Zm=v", "Z=8=",
      "Zg==Zg==", "Zm8=Zm8=", "Zg==\n", "\nZg==", "Zm9v\r\n", "Zm 9", " Zg==", "Zm9vYg= =", "Zm9-", "Zm9_",
      "Zm9*",
      "Zm9\u{0}", "Zm\u{e9}", "Zh==", "Zi==", "Zj==", "Zk==", "Zv==", "Z/==", "Zm9=", "Zm+=", "Zm/=", "=m9v",
    ])
  func malformed(text: String) { #expect(Base64.bytes(text) == nil) }

  @Test("Every byte but those of the alphabet is refused in every place")
  func foreignBytes() {
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        var text = Array("Zm9vYmFy".utf8)
        text[place] = byte
        let isPadding = byte == UInt8(ascii: "=") && place == 7
        #expect(
          (Base64.bytes(text.span) != nil) == (alphabet.contains(byte) || isPadding && text[6] & 3 == 0))
      }
    }
  }

  @Test("Of all ends with one or two digits, exactly those with zero bits left over are read")
  func unusedBits() {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    for (value, digit) in digits.enumerated() {
      #expect((Base64.bytes([65, digit, 61, 61].span) != nil) == (value & 15 == 0))
      #expect((Base64.bytes([65, 65, digit, 61].span) != nil) == (value & 3 == 0))
    }
  }

  @Test("Any bytes come back, and Foundation agrees")
  func roundTrips() {
    var random = SeededRandom(42)
    for count in 0..<400 {
      let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let text = Base64.string(bytes)
      #expect(text == Data(bytes).base64EncodedString())
      #expect(Base64.bytes(text) == bytes)
    }
  }

  @Test("What is read of mutated text encodes to exactly that text")
  func canonical() {
    var random = SeededRandom(7)
    var accepted = 0
    for _ in 0..<20_000 {
      var text = Array(
        Base64.string((0..<Int(random.next() % 12)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
          .utf8)
      guard !text.isEmpty else { continue }
      text[Int(random.next() % UInt64(text.count))] = UInt8(truncatingIfNeeded: random.next() % 128)
      guard let bytes = Base64.bytes(text.span) else { continue }
      accepted += 1
      #expect(Base64.string(bytes) == String(decoding: text, as: UTF8.self))
      #expect(Data(base64Encoded: Data(text)) == Data(bytes))
    }
    #expect(accepted > 1000)
  }

  @Test("Memory of another length is not written to")
  func wrongRoom() {
    let text = Array("Zm9v".utf8)
    for count in [0, 2, 4, 100] {
      var room = [UInt8](repeating: 9, count: count)
      var span = room.mutableSpan
      let decoded = Base64.decode(text.span, into: &span)
      #expect(!decoded)
      #expect(room == [UInt8](repeating: 9, count: count))
    }
  }

  @Test("Appending leaves what was there")
  func append() {
    var output = Array("x:".utf8)
    Base64.append(Array("fooba".utf8).span, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == "x:Zm9vYmE=")
  }
}
