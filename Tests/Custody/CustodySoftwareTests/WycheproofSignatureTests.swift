import Foundation
import KMSDomain
import KMSSecrets
import Testing

@testable import CustodySoftware

/// A file of vectors with what it is about.
struct SignatureFile: Sendable, CustomTestStringConvertible {
  let name: String
  let spec: KeySpec
  let algorithm: SigningAlgorithm
  /// Valid ones that we refuse: made with what the API doesn't offer.
  var isForeign = false
  var testDescription: String { name }

  static let files = [
    SignatureFile(name: "rsa_pss_2048_sha256_mgf1_32", spec: .rsa2048, algorithm: .rsaPSSSHA256),
    SignatureFile(name: "rsa_pss_2048_sha384_mgf1_48", spec: .rsa2048, algorithm: .rsaPSSSHA384),
    SignatureFile(name: "rsa_pss_3072_sha256_mgf1_32", spec: .rsa3072, algorithm: .rsaPSSSHA256),
    SignatureFile(name: "rsa_pss_4096_sha256_mgf1_32", spec: .rsa4096, algorithm: .rsaPSSSHA256),
    SignatureFile(name: "rsa_pss_4096_sha384_mgf1_48", spec: .rsa4096, algorithm: .rsaPSSSHA384),
    SignatureFile(name: "rsa_pss_4096_sha512_mgf1_64", spec: .rsa4096, algorithm: .rsaPSSSHA512),
    // Salts of another length than the hash, and MGF1 by another hash.
    SignatureFile(
      name: "rsa_pss_2048_sha256_mgf1_0", spec: .rsa2048, algorithm: .rsaPSSSHA256, isForeign: true),
    SignatureFile(
      name: "rsa_pss_2048_sha256_mgf1sha1_20", spec: .rsa2048, algorithm: .rsaPSSSHA256, isForeign: true),
    SignatureFile(
      name: "rsa_pss_4096_sha512_mgf1_32", spec: .rsa4096, algorithm: .rsaPSSSHA512, isForeign: true),
    SignatureFile(name: "rsa_signature_2048_sha256", spec: .rsa2048, algorithm: .rsaPKCS1SHA256),
    SignatureFile(name: "rsa_signature_2048_sha384", spec: .rsa2048, algorithm: .rsaPKCS1SHA384),
    SignatureFile(name: "rsa_signature_2048_sha512", spec: .rsa2048, algorithm: .rsaPKCS1SHA512),
    SignatureFile(name: "rsa_signature_3072_sha256", spec: .rsa3072, algorithm: .rsaPKCS1SHA256),
    SignatureFile(name: "rsa_signature_3072_sha384", spec: .rsa3072, algorithm: .rsaPKCS1SHA384),
    SignatureFile(name: "rsa_signature_3072_sha512", spec: .rsa3072, algorithm: .rsaPKCS1SHA512),
    SignatureFile(name: "rsa_signature_4096_sha256", spec: .rsa4096, algorithm: .rsaPKCS1SHA256),
    SignatureFile(name: "rsa_signature_4096_sha384", spec: .rsa4096, algorithm: .rsaPKCS1SHA384),
    SignatureFile(name: "rsa_signature_4096_sha512", spec: .rsa4096, algorithm: .rsaPKCS1SHA512),
    SignatureFile(name: "ecdsa_secp256r1_sha256", spec: .p256, algorithm: .ecdsaSHA256),
    SignatureFile(name: "ecdsa_secp384r1_sha384", spec: .p384, algorithm: .ecdsaSHA384),
    SignatureFile(name: "ecdsa_secp521r1_sha512", spec: .p521, algorithm: .ecdsaSHA512),
    SignatureFile(name: "ecdsa_secp256k1_sha256", spec: .secp256k1, algorithm: .ecdsaSHA256),
    SignatureFile(name: "ed25519", spec: .ed25519, algorithm: .ed25519),
  ]

  static let postQuantum = [
    SignatureFile(name: "mldsa_44_verify", spec: .mlDSA44, algorithm: .mlDSA),
    SignatureFile(name: "mldsa_65_verify", spec: .mlDSA65, algorithm: .mlDSA),
    SignatureFile(name: "mldsa_87_verify", spec: .mlDSA87, algorithm: .mlDSA),
  ]
}

/// Signatures that other implementations took, and should not have; and good ones that they refused.
@Suite(
  "Wycheproof: signatures",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofSignatureTests {
  init() { #expect(OpenSSL.start()) }

  @Test("every valid signature verifies, every other is refused", arguments: SignatureFile.files)
  func verify(file: SignatureFile) throws { try run(file) }

  @Test(
    "and by ML-DSA",
    .enabled(if: NewerLibrary.isHere, "SKIPPED: this libcrypto has no ML-DSA; see NewerLibraryTests"),
    arguments: SignatureFile.postQuantum)
  func postQuantum(file: SignatureFile) throws { try run(file) }

  @Test(
    "what ML-DSA signs as mu verifies as the message that mu stands for",
    .enabled(if: NewerLibrary.isHere, "SKIPPED: this libcrypto has no ML-DSA; see NewerLibraryTests"),
    arguments: [("mldsa_44", KeySpec.mlDSA44), ("mldsa_65", .mlDSA65), ("mldsa_87", .mlDSA87)])
  func externalMu(name: String, spec: KeySpec) throws {
    var run = 0
    for (group, test) in try VectorFile(name + "_sign_seed_test.json").all {
      guard test.isValid, (test.ctx ?? "").isEmpty, let mu = test.mu, let text = test.msg,
        let key = group.privateKeyPkcs8
      else { continue }
      let pair = try KeyPair(pkcs8: SecretBytes(hex(key)), spec, checked: true)
      let message = SecretBytes(hex(text))
      let signature = try pair.sign(SecretBytes(hex(mu)), as: .externalMu, by: .mlDSA)
      try pair.verify(signature, of: message, as: .raw, by: .mlDSA)
      try pair.verify(hex(test.sig ?? ""), of: message, as: .raw, by: .mlDSA)
      run += 1
    }
    #expect(run > 10)
  }

  private func run(_ file: SignatureFile) throws {
    let vectors = try VectorFile(file.name + "_test.json")
    var run = 0
    for group in vectors.testGroups {
      let key = publicKey(group, file.spec)
      for test in group.tests {
        // "acceptable" is PKCS#1 without the NULL of its hash's name: the RFC has it, and we insist.
        // One of the vectors with no salt is about a salt of 32 bytes, which is ours.
        let isSalted = group.sLen == 0 && test.comment == "s_len changed to 32"
        let isOurs = file.isForeign ? isSalted : test.isValid
        let isTaken = key.map { verifies(test, $0, file.algorithm) } ?? false
        #expect(isTaken == isOurs, "\(test.name)")
        run += 1
      }
    }
    #expect(run == vectors.numberOfTests && run > 0)
  }

  /// nil for what isn't a key of the kind: some groups are about that.
  private func publicKey(_ group: VectorGroup, _ spec: KeySpec) -> KeyPair? {
    try? KeyPair(publicKey: hex(group.publicKeyDer ?? ""), spec)
  }

  private func verifies(_ test: Vector, _ key: KeyPair, _ algorithm: SigningAlgorithm) -> Bool {
    let message = SecretBytes(hex(test.msg ?? ""))
    do throws(CryptoFailure) {
      try key.verify(
        hex(test.sig ?? ""), of: message, as: .raw, by: algorithm, context: hex(test.ctx ?? ""))
      return true
    } catch {
      #expect(error == .rejected, "\(test.name)")
      return false
    }
  }
}
