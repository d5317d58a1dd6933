import CustodyConformance
import KMSDomain
import Testing

@testable import CustodySoftware

/// Whether OpenSSL's legacy provider is installed.
let hasBlowfish = OpenSSL.start() && Library.hasCipher(CipherName("BF-CBC", isLegacy: true))

/// The vectors that came with the cipher (B. Schneier, 1993).
@Suite("Blowfish", .enabled(if: hasBlowfish))
struct BlowfishTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  @Test func `one block under keys of eight bytes`() throws {
    for (key, text, right) in [
      ("0000000000000000", "0000000000000000", "4ef997456198dd78"),
      ("ffffffffffffffff", "ffffffffffffffff", "51866fd5b85ecb8a"),
      ("3000000000000000", "1000000000000001", "7d856f9a613063f2"),
      ("0123456789abcdef", "1111111111111111", "61f9c3802281b096"),
    ] {
      let subject = try house.key(hex(key), .blowfish)
      #expect(try subject.encipher(hex(text), CipherParameters(.ecb)).data == hex(right))
      #expect(try subject.decipher(hex(right), CipherParameters(.ecb)) == hex(text))
    }
  }

  @Test func `keys of other lengths are other keys`() throws {
    let whole = hex("f0e1d2c3b4a5968778695a4b3c2d1e0f0011223344556677")
    for (length, right) in [
      (4, "be1e639408640f05"), (5, "b39e44481bdb1e6e"), (16, "93142887ee3be15c"), (24, "05044b62fa52d080"),
    ] {
      let subject = try house.key(Array(whole.prefix(length)), .blowfish)
      #expect(try subject.encipher(hex("fedcba9876543210"), CipherParameters(.ecb)).data == hex(right))
    }
  }

  @Test func `a chain of blocks, padded`() throws {
    let subject = try house.key(hex("0123456789abcdeff0e1d2c3b4a59687"), .blowfish)
    let text = Array("7654321 Now is the time for ".utf8) + [0]
    let parameters = CipherParameters(.cbc, padding: .pkcs5, iv: .given(hex("fedcba9876543210")))
    let right = hex("6b77b4d63006dee605b156e27403979358deb9e7154616d9749decbec05d264b")
    #expect(try subject.encipher(text, parameters).data == right)
    #expect(try subject.decipher(right, parameters) == text)
  }

  @Test func `what isn't a key of Blowfish, and what it has no mode for`() throws {
    for length in [3, 57] {
      let subject = try house.key([UInt8](repeating: 1, count: length), .blowfish)
      #expect(throws: KMSError.cryptography(.keyKind)) {
        try subject.encipher(hex("0000000000000000"), CipherParameters(.ecb))
      }
    }
    let subject = try house.key([UInt8](repeating: 1, count: 16), .blowfish)
    #expect(throws: KMSError.cryptography(.keyKind)) {
      try subject.encipher([1], CipherParameters(.gcm, iv: .random))
    }
  }
}
