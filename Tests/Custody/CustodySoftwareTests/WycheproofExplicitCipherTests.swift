import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite(
  "Wycheproof: symmetric ciphers with explicit parameters",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofExplicitCipherTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  /// What came of a vector.
  private enum Fate { case right, refused, outOfRange }

  @Test(
    "authenticated encryption: every vector is made to the byte and opens, or is refused",
    arguments: [
      ("aes_gcm", CipherParameters.Mode.gcm, 0), ("aes_ccm", .ccm, 0),
      ("chacha20_poly1305", .chaCha20Poly1305, 0),
    ])
  func authenticated(name: String, mode: CipherParameters.Mode, outOfRange: Int) throws {
    let file = try VectorFile(name + "_test.json")
    var (run, beyond) = (0, 0)
    for (group, test) in file.all {
      let parameters = CipherParameters(
        mode, iv: .given(hex(test.iv ?? "")), tagLength: (group.tagSize ?? 0) / 8)
      let fate = try fate(test, parameters)
      if fate == .outOfRange { beyond += 1 }
      #expect(fate != .outOfRange || !test.isValid || isLong(test), "\(test.name)")
      #expect((fate == .right) == (test.isValid && !isLong(test)), "\(test.name)")
      run += 1
    }
    #expect(run == file.numberOfTests)
  }

  /// More than custody takes: such nonces are in no standard use.
  private func isLong(_ test: Vector) -> Bool { hex(test.iv ?? "").count > 128 }

  private func fate(_ test: Vector, _ parameters: CipherParameters) throws -> Fate {
    let key = hex(test.key ?? "")
    let chaCha: KeySpec? = parameters.mode == .chaCha20Poly1305 ? .chaCha20 : nil
    let spec = try #require(chaCha ?? KeySpec.aes(key.count))
    let subject = try house.key(key, spec)
    let (aad, text) = (hex(test.aad ?? ""), hex(test.msg ?? ""))
    let (data, tag) = (hex(test.ct ?? ""), hex(test.tag ?? ""))
    do {
      let opened = try subject.decipher(data, parameters, associated: aad, tag: tag)
      #expect(opened == text, "\(test.name)")
      let made = try subject.encipher(text, parameters, associated: aad)
      #expect(made.data == data && made.tag == tag, "\(test.name)")
      return .right
    } catch KMSError.invalidCiphertext {
      return .refused
    } catch KMSError.cryptography(let fault) {
      #expect([.ivLength, .tagLength].contains(fault), "\(test.name): \(fault)")
      return .outOfRange
    }
  }

  @Test func `AES-CBC with PKCS 5 padding: every vector is made to the byte and opens, or is refused`() throws
  {
    let file = try VectorFile("aes_cbc_pkcs5_test.json")
    for (_, test) in file.all {
      let key = hex(test.key ?? "")
      let subject = try house.key(key, try #require(KeySpec.aes(key.count)))
      let parameters = CipherParameters(.cbc, padding: .pkcs5, iv: .given(hex(test.iv ?? "")))
      try check(test, subject, parameters)
    }
    #expect(file.all.count == 216)
  }

  @Test func `AES-XTS: every vector is made to the byte and opens`() throws {
    let file = try VectorFile("aes_xts_test.json")
    var run = 0
    for (_, test) in file.all {
      let key = hex(test.key ?? "")
      // Of 384 bits are two keys of AES-192, which IEEE 1619 doesn't know.
      guard key.count != 48 else { continue }
      let subject = try house.key(key, key.count == 32 ? .aes256 : .bytes)
      let tweak = hex(test.iv ?? "")
      let whole = tweak + [UInt8](repeating: 0, count: 16 - tweak.count)
      try check(test, subject, CipherParameters(.xts, iv: .given(whole)))
      run += 1
    }
    #expect(run > 80)
  }

  @Test(
    "AES key wrap: every vector is wrapped to the byte and unwraps, or is refused",
    arguments: [("aes_wrap", CipherParameters.Mode.keyWrap), ("aes_kwp", .keyWrapPadded)])
  func keyWrap(name: String, mode: CipherParameters.Mode) throws {
    let file = try VectorFile(name + "_test.json")
    for (_, test) in file.all {
      let key = hex(test.key ?? "")
      let subject = try house.key(key, try #require(KeySpec.aes(key.count)))
      // "acceptable" are keys of 8 bytes, which NIST doesn't wrap, nor do we.
      try check(test, subject, CipherParameters(mode))
    }
    #expect(file.all.count == file.numberOfTests)
  }

  private func check(_ test: Vector, _ subject: Subject, _ parameters: CipherParameters) throws {
    let (text, data) = (hex(test.msg ?? ""), hex(test.ct ?? ""))
    guard test.isValid else {
      #expect(throws: KMSError.invalidCiphertext, "\(test.name)") { try subject.decipher(data, parameters) }
      return
    }
    #expect(try subject.decipher(data, parameters) == text, "\(test.name)")
    #expect(try subject.encipher(text, parameters).data == data, "\(test.name)")
  }
}
