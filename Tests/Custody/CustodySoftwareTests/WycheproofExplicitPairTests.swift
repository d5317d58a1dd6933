import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite(
  "Wycheproof: key pairs with explicit parameters",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofExplicitPairTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  /// The files whose names begin so.
  private static func files(_ prefix: String, except: [String] = []) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: Checkout.wycheproof.path)) ?? []
    return all.filter { name in name.hasPrefix(prefix) && !except.contains { name.contains($0) } }.sorted()
  }

  @Test("RSA-OAEP with any hashes and labels", arguments: files("rsa_oaep"))
  func oaep(name: String) throws {
    try decrypt(name) { group, test in
      guard let hash = HashFunction(group.sha), let mask = HashFunction(group.mgfSha) else { return nil }
      return .oaep(hash, mask: mask, label: hex(test.label ?? ""))
    }
  }

  @Test("RSA PKCS#1 v1.5", arguments: ["2048", "3072", "4096"])
  func pkcs1(size: String) throws {
    try decrypt("rsa_pkcs1_\(size)_test.json") { _, _ in .pkcs1 }
  }

  private func decrypt(
    _ name: String, _ encryption: (VectorGroup, Vector) -> RSAEncryption?
  ) throws {
    var run = 0
    for group in try VectorFile(name).testGroups {
      // The mixed file has a new key for each few vectors: of the sizes that the other files lack.
      guard !name.contains("misc") || [1024, 1536].contains(group.keySize) else { continue }
      let subject = try house.pair(pkcs8: hex(group.privateKeyPkcs8 ?? ""))
      for test in group.tests {
        guard let encryption = encryption(group, test) else { continue }
        do {
          let text = try subject.custody.decrypt(
            hex(test.ct ?? ""), by: encryption, with: subject.live, permit: subject.permit(.decrypt)
          ).testBytes()
          // A newer libcrypto answers a wrong PKCS#1 v1.5 padding with bytes of its own, so that nobody sees that it is wrong.
          let isHidden = encryption == .pkcs1 && test.result == "invalid"
          #expect(isHidden || (test.result != "invalid" && text == hex(test.msg ?? "")), "\(test.name)")
        } catch KMSError.invalidCiphertext {
          #expect(!test.isValid, "\(test.name)")
        }
        run += 1
      }
    }
    #expect(run > 20)
  }

  @Test("keys of three primes are no key pairs here", arguments: files("rsa_three_primes"))
  func threePrimes(name: String) throws {
    for group in try VectorFile(name).testGroups {
      #expect(throws: KMSError.incorrectKeyMaterial) {
        try house.pair(pkcs8: hex(group.privateKeyPkcs8 ?? ""))
      }
    }
  }

  @Test("RSASSA-PSS with any hashes and salts", arguments: files("rsa_pss", except: ["shake", "params"]))
  func pss(name: String) throws {
    try verify(try VectorFile(name)) { group in
      guard let hash = HashFunction(group.sha), let mask = HashFunction(group.mgfSha) else { return nil }
      return SignatureParameters(.rsaPSS(salt: .bytes(group.sLen ?? 0), mask: mask), hash: hash)
    }
  }

  @Test("RSASSA-PKCS1-v1_5 with any hash", arguments: files("rsa_signature"))
  func pkcs1Signatures(name: String) throws {
    try verify(try VectorFile(name)) { group in
      HashFunction(group.sha).map { SignatureParameters(.rsaPKCS1, hash: $0) }
    }
  }

  @Test(
    "ECDSA with any hash", arguments: files("ecdsa", except: ["p1363", "shake", "bitcoin", "webcrypto"]))
  func ecdsa(name: String) throws {
    try verify(try VectorFile(name)) { group in
      HashFunction(group.sha).map { SignatureParameters(.ecdsa, hash: $0) }
    }
  }

  @Test("EdDSA", arguments: ["ed25519", "ed448"])
  func edDSA(name: String) throws {
    try verify(try VectorFile(name + "_test.json")) { _ in SignatureParameters(.edDSA, hash: nil) }
  }

  private func verify(_ file: VectorFile, _ parameters: (VectorGroup) -> SignatureParameters?) throws {
    var run = 0
    for group in file.testGroups {
      guard let parameters = parameters(group),
        let verifier = try? house.verifier(hex(group.publicKeyDer ?? ""))
      else { continue }
      for test in group.tests {
        let accepts = try verifier.accepts(hex(test.sig ?? ""), of: hex(test.msg ?? ""), parameters)
        #expect(test.result == "acceptable" || accepts == test.isValid, "\(test.name)")
        run += 1
      }
    }
    #expect(run > 20)
  }
}
