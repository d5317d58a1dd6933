import KMSDomain
import KMSSecrets
import Testing

@testable import CustodySoftware

@Suite("The envelope of Encrypt")
struct EnvelopeTests {
  private static let key = KeyID(Bits128(high: 1, low: 2))
  private static let version = VersionID(Bits128(high: 3, low: 4))

  init() { #expect(OpenSSL.start()) }

  private static func material(_ seed: UInt8) -> [UInt8] { (UInt8(0)..<32).map { $0 &* 5 &+ seed } }

  /// Label and context of the derivation in each format.
  private static func derivation(_ header: [UInt8]) -> (label: String, context: [UInt8]) {
    header[0] == 1
      ? ("claviger/encrypt", Array(header[..<49])) : ("claviger/aead", Array(header[..<17] + header[33..<49]))
  }

  private static func envelope(_ material: [UInt8]) throws -> Envelope {
    try Envelope(material: SecretBytes(material), key: key, version: version)
  }

  @Test("Our derivation is the library's KBKDF, for every material and header")
  func derivation() throws {
    for seed in UInt8(0)..<50 {
      for format in SymmetricCiphertext.formatVersions {
        let material = EnvelopeTests.material(seed)
        let header = [format] + (UInt8(0)..<48).map { $0 &* seed &+ seed }
        let ours = try EnvelopeTests.envelope(material).derive(header)
        let (label, context) = EnvelopeTests.derivation(header)
        let theirs = try Derivation.key(
          from: SecretBytes(material), label: label, context: context, count: 64)
        #expect(ours.bytes == theirs.bytes)
      }
    }
  }

  @Test("Nothing is derived for a format that doesn't exist")
  func unknownFormats() throws {
    for format in [0, 3, 255] as [UInt8] {
      #expect(throws: CryptoFailure.rejected) {
        _ = try EnvelopeTests.envelope(EnvelopeTests.material(1)).derive(
          [format] + [UInt8](repeating: 0, count: 48))
      }
    }
  }

  @Test("A ciphertext opens in its own format only")
  func relabelled() throws {
    let envelope = try EnvelopeTests.envelope(EnvelopeTests.material(4))
    var sealed = try envelope.seal(SecretBytes([1, 2, 3]), context: .empty)
    #expect(sealed[0] == SymmetricCiphertext.formatVersions.upperBound)
    #expect(try envelope.open(sealed, context: .empty).bytes == [1, 2, 3])
    for other in [0, 1, 3] as [UInt8] {
      sealed[0] = other
      #expect(throws: CryptoFailure.rejected) { _ = try envelope.open(sealed, context: .empty) }
    }
  }

  @Test("A ciphertext is its header, then AES-256-GCM under the derived key with header and context bound")
  func construction() throws {
    let material = EnvelopeTests.material(9)
    let text = Array("the quick brown fox".utf8)
    for length in [0, 1, 3, 300, 5000] {
      let context = try #require(
        EncryptionContext(
          length == 0 ? [] : [.init(name: "name", value: String(repeating: "v", count: length))]))
      var aad: [UInt8] = []
      context.appendCanonical(to: &aad)
      let sealed = try EnvelopeTests.envelope(material).seal(SecretBytes(text), context: context)
      let bound = Array(sealed[..<49])
      #expect(Array(bound[..<33]) == [2] + EnvelopeTests.key.bits.bytes + EnvelopeTests.version.bits.bytes)
      let (label, input) = EnvelopeTests.derivation(bound)
      let derived = try Derivation.key(
        from: SecretBytes(material), label: label, context: input, count: 64
      ).bytes
      #expect(Array(sealed[49..<81]) == Array(derived[32...]))
      let expected = try AESGCM.seal(
        SecretBytes(text), key: SecretBytes(Array(derived[..<32])), nonce: [UInt8](repeating: 0, count: 12),
        aad: Array(sealed[..<81]) + aad)
      #expect(Array(sealed[81...]) == expected)
    }
  }

  @Test("A ciphertext that another key would open isn't opened: the commitment decides first")
  func commitment() throws {
    let sealed = try EnvelopeTests.envelope(EnvelopeTests.material(1)).seal(
      SecretBytes([1, 2, 3]), context: .empty)
    let other = try EnvelopeTests.envelope(EnvelopeTests.material(2))
    // Exactly what somebody who knows the other key can build: a valid GCM text under it, with a foreign
    // commitment.
    let derived = try other.derive(Array(sealed[..<49])).bytes
    let forged = try AESGCM.seal(
      SecretBytes([1, 2, 3]), key: SecretBytes(Array(derived[..<32])),
      nonce: [UInt8](repeating: 0, count: 12),
      aad: Array(sealed[..<81]))
    #expect(throws: CryptoFailure.rejected) {
      _ = try other.open(Array(sealed[..<81]) + forged, context: .empty)
    }
  }

  @Test("One key, many threads: every code is right")
  func concurrentCodes() async throws {
    let key = try MACKey(SecretBytes(EnvelopeTests.material(3)))
    let expected = try (UInt8(0)..<20).map { try key.code(for: [$0].span) }
    #expect(Set(expected).count == 20)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<16 {
        group.addTask {
          (0..<500).allSatisfy { round in
            let input = (task + round) % 20
            return (try? key.code(of: [UInt8(input)])) == expected[input]
          }
        }
      }
      for await right in group { #expect(right) }
    }
  }
}
