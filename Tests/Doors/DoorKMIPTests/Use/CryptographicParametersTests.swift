import KMSDomain
import Testing
import WireKMIP

@testable import DoorKMIP

struct CryptographicParametersTests {
  private static func read(_ body: (inout TTLVWriter) -> Void) throws -> CryptographicParameters {
    let item = AttributeList.item { $0.structure(.cryptographicParameters, body) }
    return try CryptographicParameters(TTLVDocument(item, limits: KMIPDoor.limits).root)
  }

  private static func key(_ spec: KeySpec, _ algorithm: KMIP.CryptographicAlgorithm? = nil) -> UsedKey {
    UsedKey(spec: spec, algorithm: algorithm, parameters: nil)
  }

  private static func reason(_ body: () throws -> Void) -> KMIP.ResultReason? {
    do {
      try body()
      return nil
    } catch let fault as KMIPFault {
      return fault.reason
    } catch {
      return .generalFailure
    }
  }

  @Test func `everything that a client says is read`() throws {
    let parameters = try Self.read { writer in
      writer.enumeration(KMIP.BlockCipherMode.gcm)
      writer.enumeration(KMIP.PaddingMethod.pkcs5)
      writer.enumeration(KMIP.HashingAlgorithm.sha384)
      writer.enumeration(KMIP.KeyRoleType.dek)
      writer.enumeration(KMIP.CryptographicAlgorithm.aes)
      writer.boolean(.randomIV, true)
      writer.integer(.tagLength, 12)
      writer.integer(.saltLength, 222)
      writer.enumeration(KMIP.MaskGenerator.mgf1)
      writer.enumeration(.maskGeneratorHashingAlgorithm, KMIP.HashingAlgorithm.sha256)
      writer.byteString(.pSource, [1, 2])
      writer.integer(.trailerField, 1)
    }
    #expect(parameters.mode == .gcm && parameters.padding == .pkcs5 && parameters.hash == .sha384)
    #expect(parameters.algorithm == .aes && parameters.hasRandomIV && parameters.tagLength == 12)
    #expect(parameters.saltLength == 222 && parameters.maskHash == .sha256 && parameters.label == [1, 2])
  }

  @Test func `values without a meaning, negative lengths and other trailers are refused`() {
    #expect(
      Self.reason { _ = try Self.read { $0.enumeration(.blockCipherMode, 0x99) } }
        == .badCryptographicParameters)
    #expect(Self.reason { _ = try Self.read { $0.integer(.tagLength, -1) } } == .badCryptographicParameters)
    #expect(Self.reason { _ = try Self.read { $0.integer(.trailerField, 2) } } == .badCryptographicParameters)
    #expect(Self.reason { _ = try Self.read { $0.integer(.blockCipherMode, 1) } } == .invalidMessage)
  }

  @Test func `what the request leaves out is what the key says, and nothing is mixed`() {
    let own = CryptographicParameters(mode: .cbc, padding: .pkcs5, hasRandomIV: true)
    let key = UsedKey(spec: .aes128, algorithm: nil, parameters: own)
    #expect(key.parameters(nil) == own)
    let asked = CryptographicParameters(mode: .ecb)
    #expect(key.parameters(asked) == asked)
  }

  @Test func `a block cipher needs its mode said, and an IV unless one may be made`() throws {
    let key = Self.key(.aes128)
    #expect(
      Self.reason { _ = try CryptographicParameters().cipher(with: key, iv: nil, enciphering: true) }
        == .badCryptographicParameters)
    let cbc = CryptographicParameters(mode: .cbc)
    #expect(
      Self.reason { _ = try cbc.cipher(with: key, iv: nil, enciphering: true) }
        == .missingInitializationVector)
    let random = CryptographicParameters(mode: .cbc, hasRandomIV: true)
    #expect(try random.cipher(with: key, iv: nil, enciphering: true).iv == .random)
    #expect(try random.cipher(with: key, iv: [1], enciphering: true).iv == .given([1]))
    #expect(
      Self.reason { _ = try random.cipher(with: key, iv: nil, enciphering: false) }
        == .missingInitializationVector)
    #expect(
      try CryptographicParameters(mode: .ecb).cipher(with: key, iv: [1], enciphering: true).iv == .absent)
  }

  @Test func `a nonce with room for the counter becomes the first counter block`() throws {
    let parameters = CryptographicParameters(mode: .ctr, counterLength: 32, initialCounter: 1)
    let nonce = [UInt8](repeating: 9, count: 12)
    let cipher = try parameters.cipher(with: Self.key(.aes256), iv: nonce, enciphering: true)
    #expect(cipher.iv == .given(nonce + [0, 0, 0, 1]))
  }

  @Test func `what a stream cipher does depends on what its key is called`() throws {
    let plain = CryptographicParameters()
    #expect(try plain.cipher(with: Self.key(.chaCha20), iv: [0], enciphering: true).mode == .chaCha20)
    #expect(
      try plain.cipher(with: Self.key(.chaCha20, .chaCha20Poly1305), iv: [0], enciphering: true).mode
        == .chaCha20Poly1305)
    let authenticated = CryptographicParameters(mode: .aead)
    #expect(
      try authenticated.cipher(with: Self.key(.chaCha20), iv: [0], enciphering: true).mode
        == .chaCha20Poly1305)
    #expect(
      Self.reason {
        _ = try CryptographicParameters(mode: .gcm).cipher(
          with: Self.key(.chaCha20), iv: [0], enciphering: true)
      }
        == .unsupportedCryptographicParameters)
  }

  @Test func `secret bytes encrypt only as a one-time pad`() throws {
    let plain = CryptographicParameters()
    #expect(
      try plain.cipher(with: Self.key(.bytes, .oneTimePad), iv: nil, enciphering: true).mode == .oneTimePad)
    #expect(
      Self.reason { _ = try plain.cipher(with: Self.key(.bytes), iv: nil, enciphering: true) }
        == .unsupportedCryptographicParameters)
  }

  @Test func `the key decides how a signature is made, whatever algorithm is named`() throws {
    let parameters = CryptographicParameters(padding: .pss, hash: .sha1, algorithm: .rsa)
    #expect(
      try parameters.signature(with: Self.key(.p256), isDigest: false, verifying: true)
        == SignatureParameters(.ecdsa, hash: .sha1))
    #expect(
      try parameters.signature(with: Self.key(.rsa2048), isDigest: false, verifying: true)
        == SignatureParameters(.rsaPSS(salt: .any, mask: nil), hash: .sha1))
    #expect(
      try parameters.signature(with: Self.key(.rsa2048), isDigest: false, verifying: false)
        == SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha1))
  }

  @Test func `a digest without a hash is signed as it is, a message by the usual one`() throws {
    let plain = CryptographicParameters()
    #expect(
      try plain.signature(with: Self.key(.rsa2048), isDigest: true, verifying: false)
        == SignatureParameters(.rsaPKCS1, hash: nil))
    #expect(
      try plain.signature(with: Self.key(.rsa2048), isDigest: false, verifying: false)
        == SignatureParameters(.rsaPKCS1, hash: .sha256))
    let named = CryptographicParameters(signature: .sha384WithRSAEncryption)
    #expect(
      try named.signature(with: Self.key(.rsa2048), isDigest: true, verifying: false)
        == SignatureParameters(.rsaPKCS1, hash: .sha384, isDigest: true))
  }

  @Test func `an HMAC is the parameters', or else the key's`() throws {
    let plain = CryptographicParameters()
    #expect(try plain.mac(with: Self.key(.hmacSHA512)) == .hmac(.sha512))
    #expect(
      try CryptographicParameters(algorithm: .hmacSHA256).mac(with: Self.key(.aes128)) == .hmac(.sha256))
    #expect(try CryptographicParameters(mode: .cmac).mac(with: Self.key(.aes128)) == .cmac)
    #expect(try plain.mac(with: Self.key(.bytes, .hmacSHA1)) == .hmac(.sha1))
    #expect(Self.reason { _ = try plain.mac(with: Self.key(.aes128)) } == .badCryptographicParameters)
  }

  @Test func `RSA encrypts only with a padding that is named`() throws {
    let key = Self.key(.rsa2048)
    #expect(
      Self.reason { _ = try CryptographicParameters().rsaEncryption(with: key) }
        == .badCryptographicParameters)
    #expect(
      try CryptographicParameters(padding: .oaep, hash: .sha384, maskHash: .sha256, label: [7])
        .rsaEncryption(with: key) == .oaep(.sha384, mask: .sha256, label: [7]))
    #expect(
      Self.reason { _ = try CryptographicParameters(padding: .oaep).rsaEncryption(with: Self.key(.p256)) }
        == .unsupportedCryptographicParameters)
  }
}
