import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite(
  "Wycheproof: codes, derivation and agreement with explicit parameters",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofExplicitKeyTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  private func code(_ test: Vector, _ spec: KeySpec, _ method: MACMethod) throws -> [UInt8] {
    let subject = try house.key(hex(test.key ?? ""), spec)
    return try subject.custody.mac(
      .test(hex(test.msg ?? "")), by: method, with: subject.live, permit: subject.permit(.generateMac))
  }

  @Test(
    "HMAC: every vector, truncated tags as prefixes",
    arguments: [
      ("hmac_sha1", HashFunction.sha1), ("hmac_sha224", .sha224), ("hmac_sha256", .sha256),
      ("hmac_sha384", .sha384), ("hmac_sha512", .sha512), ("hmac_sha512_224", .sha512_224),
      ("hmac_sha512_256", .sha512_256), ("hmac_sha3_224", .sha3_224), ("hmac_sha3_256", .sha3_256),
      ("hmac_sha3_384", .sha3_384), ("hmac_sha3_512", .sha3_512),
    ])
  func hmac(name: String, hash: HashFunction) throws {
    let file = try VectorFile(name + "_test.json")
    for (_, test) in file.all {
      let code = try code(test, .hmacSHA1, .hmac(hash))
      let tag = hex(test.tag ?? "")
      let matches = tag.count <= code.count && Array(code.prefix(tag.count)) == tag
      #expect(matches == test.isValid, "\(test.name)")
    }
    #expect(file.all.count > 150)
  }

  @Test func `AES-CMAC: every vector with keys of AES, truncated tags as prefixes`() throws {
    let file = try VectorFile("aes_cmac_test.json")
    var run = 0
    for (_, test) in file.all {
      guard let spec = KeySpec.aes(hex(test.key ?? "").count) else {
        #expect(!test.isValid)
        continue
      }
      let code = try code(test, spec, .cmac)
      let tag = hex(test.tag ?? "")
      #expect((Array(code.prefix(tag.count)) == tag && tag.count <= 16) == test.isValid, "\(test.name)")
      run += 1
    }
    #expect(run > 200)
  }

  @Test(
    "HKDF: every vector, and none beyond what it yields",
    arguments: [
      ("hkdf_sha1", HashFunction.sha1), ("hkdf_sha256", .sha256), ("hkdf_sha384", .sha384),
      ("hkdf_sha512", .sha512),
    ])
  func hkdf(name: String, hash: HashFunction) throws {
    for (_, test) in try VectorFile(name + "_test.json").all {
      let subject = try house.key(hex(test.ikm ?? ""), .bytes)
      let derivation = KeyDerivation.hkdf(hash, salt: hex(test.salt ?? ""), info: hex(test.info ?? ""))
      let length = test.size ?? 0
      guard test.isValid else {
        #expect(throws: KMSError.cryptography(.outputLength)) { try subject.derive(length, by: derivation) }
        continue
      }
      #expect(try subject.derive(length, by: derivation) == hex(test.okm ?? ""), "\(test.name)")
    }
  }

  @Test(
    "PBKDF2: every vector",
    arguments: [
      ("pbkdf2_hmacsha1", HashFunction.sha1), ("pbkdf2_hmacsha224", .sha224), ("pbkdf2_hmacsha256", .sha256),
      ("pbkdf2_hmacsha384", .sha384), ("pbkdf2_hmacsha512", .sha512),
    ])
  func pbkdf2(name: String, hash: HashFunction) throws {
    for (_, test) in try VectorFile(name + "_test.json").all {
      let password = hex(test.password ?? "")
      let subject = try house.key(password, .bytes)
      let derivation = KeyDerivation.pbkdf2(
        hash, salt: hex(test.salt ?? ""), iterations: test.iterationCount ?? 0)
      guard (test.iterationCount ?? 0) <= KeyDerivation.mostIterations else {
        #expect(throws: KMSError.cryptography(.iterations)) { try subject.derive(20, by: derivation) }
        continue
      }
      #expect(try subject.derive(test.dkLen ?? 0, by: derivation) == hex(test.dk ?? ""), "\(test.name)")
    }
  }

  @Test(
    "X25519 and X448: every good peer yields the secret, and every other nothing else",
    arguments: [("x25519_asn", KeySpec.x25519, 32), ("x448_asn", .x448, 56)])
  func montgomery(name: String, spec: KeySpec, length: Int) throws {
    let file = try VectorFile(name + "_test.json")
    var right = 0
    for (_, test) in file.all {
      let subject: Subject
      do {
        subject = try house.pair(pkcs8: hex(test.private ?? ""))
      } catch KMSError.incorrectKeyMaterial {
        #expect(!test.isValid, "\(test.name)")
        continue
      }
      do {
        let secret = try subject.derive(length, by: .agreement(peer: hex(test.public ?? "")))
        #expect(test.result != "invalid" && secret == hex(test.shared ?? ""), "\(test.name)")
        right += 1
      } catch KMSError.invalidPublicKey {
        // "acceptable" are peers that force the secret to zero, and encodings of which there is another.
        #expect(!test.isValid, "\(test.name)")
      }
    }
    #expect(right > 250)
  }
}
