import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite(
  "NIST and RFC vectors with explicit parameters",
  .enabled(
    if: Checkout.cryptographyVectors != nil,
    "SKIPPED: no package cryptography_vectors in .venv"))
struct NISTExplicitTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  private static let aes: [(String, String, CipherParameters.Mode)] = [
    ("ciphers/AES/CBC", "", .cbc), ("ciphers/AES/CFB", "CFB128", .cfb), ("ciphers/AES/CFB", "CFB8", .cfb8),
    ("ciphers/AES/OFB", "", .ofb), ("ciphers/AES/ECB", "", .ecb), ("ciphers/AES/CTR", "", .ctr),
  ]

  private static let tripleDES: [(String, String, CipherParameters.Mode)] = [
    ("ciphers/3DES/CBC", "TCBC", .cbc), ("ciphers/3DES/CFB", "TCFB64", .cfb),
    ("ciphers/3DES/CFB", "TCFB8", .cfb8),
    ("ciphers/3DES/OFB", "TOFB", .ofb), ("ciphers/3DES/ECB", "TECB", .ecb),
  ]

  @Test("AES in each mode", arguments: aes)
  func modesOfAES(folder: String, prefix: String, mode: CipherParameters.Mode) throws {
    var run = 0
    for name in NISTVectorFile.names(folder, prefix) {
      for record in try NISTVectorFile(name).records where record.values["PLAINTEXT"] != nil {
        let key = record.bytes("KEY")
        try check(record, try house.key(key, try #require(KeySpec.aes(key.count))), mode, name)
        run += 1
      }
    }
    #expect(run >= 9)
  }

  @Test("Triple DES in each mode", arguments: tripleDES)
  func modesOfTripleDES(folder: String, prefix: String, mode: CipherParameters.Mode) throws {
    var run = 0
    // Interleaved modes, with an I in their names, are others.
    for name in NISTVectorFile.names(folder, prefix)
    where !name.contains("/TCBCI") && !name.contains("/TOFBI") {
      for record in try NISTVectorFile(name).records where record.values["PLAINTEXT"] != nil {
        try check(record, try house.key(Self.tripleKey(record), .tripleDES168), mode, name)
        run += 1
        // Two keys are three of which the first is the last.
        guard record.values["KEY1"] == record.values["KEY3"], mode != .cfb8 else { continue }
        let two = Array(Self.tripleKey(record).prefix(16))
        try check(record, try house.key(two, .tripleDES112), mode, name)
      }
    }
    #expect(run > 100)
  }

  private static func tripleKey(_ record: NISTVectorFile.Record) -> [UInt8] {
    let same = record.bytes("KEYs")
    guard same.isEmpty else { return same + same + same }
    return record.bytes("KEY1") + record.bytes("KEY2") + record.bytes("KEY3")
  }

  private func check(
    _ record: NISTVectorFile.Record, _ subject: Subject, _ mode: CipherParameters.Mode, _ name: String
  ) throws {
    let parameters = CipherParameters(mode, iv: mode == .ecb ? .absent : .given(record.bytes("IV")))
    let (text, data) = (record.bytes("PLAINTEXT"), record.bytes("CIPHERTEXT"))
    #expect(try subject.encipher(text, parameters).data == data, "\(name)")
    #expect(try subject.decipher(data, parameters) == text, "\(name)")
  }

  @Test func `ChaCha20 with its counter, whether it stands in the nonce or beside it`() throws {
    let records = try NISTVectorFile("ciphers/ChaCha20/rfc7539.txt").records
    for record in records {
      let subject = try house.key(record.bytes("KEY"), .chaCha20)
      let counter = try #require(record.number("INITIAL_BLOCK_COUNTER"))
      let nonce = record.bytes("NONCE")
      let little = (0..<4).map { UInt8(truncatingIfNeeded: counter >> (8 * $0)) }
      for parameters in [
        CipherParameters(.chaCha20, iv: .given(nonce), initialCounter: UInt64(counter)),
        CipherParameters(.chaCha20, iv: .given(little + nonce)),
      ] {
        #expect(
          try subject.encipher(record.bytes("PLAINTEXT"), parameters).data == record.bytes("CIPHERTEXT"))
      }
    }
    #expect(records.count >= 3)
  }

  @Test func `Poly1305, and CMAC by Triple DES`() throws {
    for record in try NISTVectorFile("poly1305/rfc7539.txt").records {
      let subject = try house.key(record.bytes("KEY"), .bytes)
      let code = try subject.custody.mac(
        .test(record.bytes("MSG")), by: .poly1305, with: subject.live, permit: subject.permit(.generateMac))
      #expect(code == record.bytes("TAG"))
    }
    for record in try NISTVectorFile("CMAC/nist-800-38b-3des.txt").records {
      let subject = try house.key(Self.tripleKey(record), .tripleDES168)
      let code = try subject.custody.mac(
        .test(record.bytes("MESSAGE")), by: .cmac, with: subject.live, permit: subject.permit(.generateMac))
      #expect(code == record.bytes("OUTPUT"))
    }
  }

  private static let prfs: [String: (MACMethod, KeySpec)] = [
    "CMAC_AES128": (.cmac, .aes128), "CMAC_AES192": (.cmac, .aes192), "CMAC_AES256": (.cmac, .aes256),
    "CMAC_TDES2": (.cmac, .tripleDES112), "CMAC_TDES3": (.cmac, .tripleDES168),
    "HMAC_SHA1": (.hmac(.sha1), .bytes), "HMAC_SHA224": (.hmac(.sha224), .bytes),
    "HMAC_SHA256": (.hmac(.sha256), .bytes), "HMAC_SHA384": (.hmac(.sha384), .bytes),
    "HMAC_SHA512": (.hmac(.sha512), .bytes),
  ]

  @Test func `SP 800-108 in counter mode, with a counter of 32 bits in front`() throws {
    var run = 0
    for record in try NISTVectorFile("KDF/nist-800-108-KBKDF-CTR.txt").records {
      guard record.sections["CTRLOCATION"] == "BEFORE_FIXED", record.sections["RLEN"] == "32_BITS",
        let (method, spec) = Self.prfs[record.sections["PRF"] ?? ""], let bits = record.number("L")
      else { continue }
      let key = record.bytes("KI")
      guard spec != .tripleDES112 || key.count == 16, spec != .tripleDES168 || key.count == 24 else {
        continue
      }
      let subject = try house.key(key, spec)
      let derived = try subject.derive(
        bits / 8, by: .sp800_108(.counter, by: method, data: record.bytes("FixedInputData")))
      #expect(derived == record.bytes("KO"))
      run += 1
    }
    #expect(run > 100)
  }

  @Test func `DSA signatures of FIPS 186-3`() throws {
    var group: [KeyComponent: [UInt8]] = [:]
    var run = 0
    for record in try NISTVectorFile("asymmetric/DSA/FIPS_186-3/SigVer.rsp").records {
      // A group stands once, before the first of its records.
      if record.values["P"] != nil {
        group = [
          .fieldPrime: record.bytes("P"), .subgroupOrder: record.bytes("Q"), .generator: record.bytes("G"),
        ]
      }
      let hash = try #require(
        HashFunction(record.sections["mod"]?.split(separator: " ").last.map { String($0) }))
      run += 1
      let numbers = group.merging([.publicValue: record.bytes("Y")]) { $1 }
      guard let half = try? house.custody.publicHalf(numbers, .dsa) else {
        // An altered public value needn't be in the group.
        #expect(record.values["Result"]?.contains("Y changed") == true)
        continue
      }
      let signature = DER.item(
        DER.sequenceTag, DER.integer(record.bytes("R")) + DER.integer(record.bytes("S")))
      let accepts = try house.verifier(half.publicKey).accepts(
        signature, of: record.bytes("Msg"), SignatureParameters(.dsa, hash: hash))
      #expect(accepts == record.values["Result"]?.hasPrefix("P"))
    }
    #expect(run > 100)
  }

  @Test func `Diffie-Hellman over the groups of RFC 5114`() throws {
    var run = 0
    for record in try NISTVectorFile("asymmetric/DH/RFC5114.txt").records {
      let group: [KeyComponent: [UInt8]] = [
        .fieldPrime: record.bytes("P"), .subgroupOrder: record.bytes("Q"), .generator: record.bytes("G"),
      ]
      let peer = try house.custody.publicHalf(
        group.merging([.publicValue: record.bytes("YstatCAVS")]) { $1 }, .dh)
      let own = group.merging([.privateValue: record.bytes("XstatIUT")]) { $1 }
      let subject = try Subject(
        .components(try own.mapValues { try .test($0) }), .dh, in: house.custody)
      let secret = try subject.derive(
        record.bytes("P").count, by: .agreement(peer: peer.publicKey))
      #expect(secret == record.bytes("Z"))
      let mine = PublicHalf(spec: .dh, publicKey: subject.publicKey ?? [])
      #expect(try house.custody.components(of: mine)[.publicValue] == record.bytes("YstatIUT"))
      run += 1
      let strict = try VectorHouse(legacy: LegacyAlgorithms.all.subtracting(.shortKeys))
      let same = try Subject(.components(try own.mapValues { try .test($0) }), .dh, in: strict.custody)
      guard record.bytes("P").count < 256 else { continue }
      #expect(throws: KMSError.unsupportedAlgorithm(Insecure.refusal(of: "Diffie-Hellman of 1024 bits"))) {
        try same.derive(16, by: .agreement(peer: peer.publicKey))
      }
    }
    #expect(run == 3)
  }
}
