import Foundation
import KMSDomain
import KMSSecrets
import KMSTestKit
import Testing

@testable import CustodySoftware

/// Decryption, key agreement, codes and key wrapping.
@Suite(
  "Wycheproof: secrets",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofKeyTests {
  init() { #expect(OpenSSL.start()) }

  @Test(
    "RSA-OAEP: an imported key decrypts every valid ciphertext and no other",
    arguments: [
      ("rsa_oaep_2048_sha1_mgf1sha1", EncryptionAlgorithm.rsaOAEPSHA1),
      ("rsa_oaep_2048_sha256_mgf1sha256", .rsaOAEPSHA256),
      ("rsa_oaep_3072_sha256_mgf1sha256", .rsaOAEPSHA256),
      ("rsa_oaep_4096_sha256_mgf1sha256", .rsaOAEPSHA256), ("rsa_oaep_2048_sha256_mgf1sha1", .rsaOAEPSHA256),
      ("rsa_oaep_misc", .rsaOAEPSHA1), ("rsa_oaep_misc", .rsaOAEPSHA256),
    ])
  func oaep(name: String, algorithm: EncryptionAlgorithm) throws {
    let file = try VectorFile(name + "_test.json")
    let custody = try Installation().start()
    let hash = algorithm == .rsaOAEPSHA1 ? "SHA-1" : "SHA-256"
    var run = 0
    for group in file.testGroups {
      // In the mixed file, keys of other sizes aren't ours, and their other hashes are other algorithms.
      guard let spec = spec(group), name != "rsa_oaep_misc" || group.sha == hash else { continue }
      let isOurs = group.sha == hash && group.mgfSha == hash
      let identity = VersionIdentity(
        key: Fixtures.keyID(1), version: Fixtures.versionID(1), spec: spec, usages: [.decrypt],
        origin: .imported, exportable: false)
      let made = try custody.adopt(SecretBytes(hex(group.privateKeyPkcs8 ?? "")), as: identity)
      let key = try #require(try custody.open(made.wrapped, as: identity) as? SoftwareLiveKey)
      let pair = try key.pair(for: .encryption(algorithm), needsPrivateHalf: true)
      for test in group.tests {
        let isRight = isOurs && test.result != "invalid" && (test.label ?? "").isEmpty
        #expect(decrypts(test, pair, algorithm) == (isRight ? hex(test.msg ?? "") : nil), "\(test.name)")
        run += 1
      }
    }
    #expect(run >= 31)
  }

  private func spec(_ group: VectorGroup) -> KeySpec? {
    [.rsa2048, .rsa3072, .rsa4096].first { $0.modulusLength.map { $0 * 8 } == group.keySize }
  }

  private func decrypts(_ test: Vector, _ pair: KeyPair, _ algorithm: EncryptionAlgorithm) -> [UInt8]? {
    do throws(CryptoFailure) {
      return try pair.decrypt(hex(test.ct ?? ""), by: algorithm).bytes
    } catch {
      #expect(error == .rejected, "\(test.name)")
      return nil
    }
  }

  @Test(
    "ECDH: every good peer yields the secret, every other is refused",
    arguments: [
      ("ecdh_secp256r1", KeySpec.p256, "2a8648ce3d030107", 32), ("ecdh_secp384r1", .p384, "2b81040022", 48),
      ("ecdh_secp521r1", .p521, "2b81040023", 66), ("ecdh_secp256k1", .secp256k1, "2b8104000a", 32),
    ])
  func ecdh(name: String, spec: KeySpec, curve: String, length: Int) throws {
    let file = try VectorFile(name + "_test.json")
    var run = 0
    for (_, test) in file.all {
      let own = SecretBytes(TestDER.privateKey(hex(test.private ?? ""), curve: curve, length: length))
      let pair = try KeyPair(pkcs8: own, spec, checked: false)
      let peer = try? KeyPair(publicKey: hex(test.public ?? ""), spec)
      // "acceptable" are curves that are spelled out and encodings that aren't DER, which we refuse, and compressed points,
      // which we take: they say the same in one way.
      let isGood = test.isValid || (test.result == "acceptable" && test.has("CompressedPublic"))
      #expect((peer != nil) == isGood, "\(test.name)")
      if let peer { #expect(try pair.agree(with: peer).bytes == hex(test.shared ?? ""), "\(test.name)") }
      run += 1
    }
    #expect(run == file.numberOfTests)
  }

  @Test(
    "HMAC: every vector, truncated tags as prefixes",
    arguments: [
      ("hmac_sha224", MACAlgorithm.hmacSHA224), ("hmac_sha256", .hmacSHA256), ("hmac_sha384", .hmacSHA384),
      ("hmac_sha512", .hmacSHA512),
    ])
  func hmac(name: String, algorithm: MACAlgorithm) throws {
    let file = try VectorFile(name + "_test.json")
    for (_, test) in file.all {
      let key = try MACKey(SecretBytes(hex(test.key ?? "")), algorithm)
      let code = try key.code(of: hex(test.msg ?? ""))
      let tag = hex(test.tag ?? "")
      #expect((!tag.isEmpty && code.starts(with: tag)) == test.isValid, "\(test.name)")
    }
    #expect(file.all.count == file.numberOfTests)
  }

  @Test(
    "AES key wrap: every valid wrapping opens to the byte, and no other opens",
    arguments: [("aes_kwp", KeyWrap.Form.padded), ("aes_wrap", .plain)])
  func keyWrap(name: String, form: KeyWrap.Form) throws {
    let file = try VectorFile(name + "_test.json")
    for (_, test) in file.all {
      let (key, text, wrapped) = (hex(test.key ?? ""), hex(test.msg ?? ""), hex(test.ct ?? ""))
      // "acceptable" without padding are 8 bytes, which RFC 3394 doesn't wrap.
      let isRight = test.isValid || (test.result == "acceptable" && form == .padded)
      #expect(opens(wrapped, key, form, test) == (isRight ? text : nil), "\(test.name)")
      guard test.isValid else { continue }
      #expect(
        try KeyWrap.wrap(SecretBytes(text), under: SecretBytes(key), form) == wrapped, "\(test.name)")
    }
    #expect(file.all.count == file.numberOfTests)
  }

  private func opens(_ wrapped: [UInt8], _ key: [UInt8], _ form: KeyWrap.Form, _ test: Vector) -> [UInt8]? {
    do throws(CryptoFailure) {
      return try KeyWrap.unwrap(wrapped[...], under: SecretBytes(key), form).bytes
    } catch {
      #expect(error == .rejected, "\(test.name)")
      return nil
    }
  }

  @Test(
    "ML-KEM: a seed's key finds the secret in every ciphertext of the right length",
    .enabled(if: NewerLibrary.isHere, "SKIPPED: this libcrypto has no ML-KEM; see NewerLibraryTests"),
    arguments: [
      ("mlkem_512", KeySpec.mlKEM512, "608648016503040401"), ("mlkem_768", .mlKEM768, "608648016503040402"),
      ("mlkem_1024", .mlKEM1024, "608648016503040403"),
    ])
  func mlkem(name: String, spec: KeySpec, algorithm: String) throws {
    let file = try VectorFile(name + "_test.json")
    var run = 0
    for (_, test) in file.all {
      let seed = hex(test.seed ?? "")
      let pair = try? KeyPair(pkcs8: SecretBytes(TestDER.seed(seed, algorithm)), spec, checked: true)
      let secret = pair.flatMap { try? $0.decapsulate(hex(test.c ?? "")).bytes }
      #expect(secret == (test.isValid ? hex(test.K ?? "") : nil), "\(test.name)")
      run += 1
    }
    #expect(run == file.numberOfTests)
  }
}
