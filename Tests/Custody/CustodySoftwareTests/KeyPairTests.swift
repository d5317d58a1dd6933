import CustodyConformance
import Foundation
import KMSDomain
import KMSSecrets
import KMSSystem
import KMSTestKit
import Testing

@testable import CustodySoftware

@Suite("Key pairs")
struct KeyPairTests {
  init() { #expect(OpenSSL.start()) }

  @Test("import by AES key wrap brings every kind of key in, RSA's too")
  func wrappedImport() throws {
    let custody = try Installation().start()
    for spec in [KeySpec.rsa2048, .p521, .ed25519, .secp256k1] {
      for algorithm in [ImportAlgorithm.rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256] {
        let pair = try KeyPair(generating: spec)
        let identity = VersionIdentity.test(spec)
        let importer = try Importer(in: custody, for: identity, by: algorithm)
        let sent = try wrapped(pair.privateKey(), for: importer, keyLength: 32)
        let made = try importer.bring(encrypted: sent, permit: identity.importPermit())
        #expect(made.publicKey == (try pair.publicKey()))
        for index in [0, 255, 256, 264, sent.count - 1] {
          var changed = sent
          changed[index] ^= 1
          #expect(throws: KMSError.invalidCiphertext) {
            try importer.bring(encrypted: changed, permit: identity.importPermit())
          }
        }
        let short = try wrapped(pair.privateKey(), for: importer, keyLength: 16)
        #expect(throws: KMSError.invalidCiphertext, "a wrapping key of 128 bits") {
          try importer.bring(encrypted: short, permit: identity.importPermit())
        }
      }
    }
  }

  /// What the owner of material sends: a fresh key for the import key, the material under the fresh key.
  private func wrapped(
    _ material: borrowing SecretBytes, for importer: Importer, keyLength: Int
  ) throws -> [UInt8] {
    let key = try RandomBytes.secret(keyLength)
    return try importer.protected(key.bytes) + KeyWrap.wrap(material, under: key, .padded)
  }

  @Test(
    "Ed25519ph signs as in RFC 8032 section 7.3",
    .enabled(if: SigningAlgorithm.ed25519ph.isInLibrary, "SKIPPED: this libcrypto has no Ed25519ph"))
  func ed25519ph() throws {
    let seed = hex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
    let der = TestDER.sequence(
      TestDER.zero, TestDER.sequence(TestDER.identifier("2b6570")), TestDER.octets(TestDER.octets(seed)))
    let pair = try KeyPair(pkcs8: SecretBytes(der), .ed25519, checked: true)
    let signature = try pair.sign(SecretBytes(Array("abc".utf8)), as: .digest, by: .ed25519ph)
    #expect(
      signature
        == hex(
          "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
            + "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406"))
    let message = SecretBytes([UInt8](repeating: 1, count: 64))
    let plain = try pair.sign(message, as: .raw, by: .ed25519)
    #expect(throws: CryptoFailure.rejected) {
      try pair.verify(plain, of: message, as: .digest, by: .ed25519ph)
    }
  }

  @Test("a private key whose numbers don't belong together doesn't come in")
  func unsound() throws {
    let custody = try Installation().start()
    // PKCS#8 of P-256 with the private half of one pair and the public half of another: the last 65 bytes are the point.
    let one = try KeyPair(generating: .p256).privateKey().bytes
    let two = try KeyPair(generating: .p256).privateKey().bytes
    let mixed = Array(one.dropLast(65) + two.suffix(65))
    #expect(throws: KMSError.incorrectKeyMaterial) {
      try custody.adopt(SecretBytes(mixed), as: .test(.p256))
    }
    _ = try custody.adopt(SecretBytes(one), as: .test(.p256))
    // Out of the group's range.
    let zero = TestDER.privateKey([], curve: "2a8648ce3d030107", length: 32)
    #expect(throws: KMSError.incorrectKeyMaterial) {
      try custody.adopt(SecretBytes(zero), as: .test(.p256))
    }
  }

  @Test("stored material of a pair that fails its test doesn't open")
  func failedTest() throws {
    let custody = try Installation().start()
    let one = try KeyPair(generating: .p256).privateKey().bytes
    let two = try KeyPair(generating: .p256).privateKey().bytes
    let identity = VersionIdentity.test(.p256)
    let stored = try custody.wrap(SecretBytes(Array(one.dropLast(65) + two.suffix(65))), as: identity)
    #expect(throws: KMSError.corrupt(.keyMaterial)) { try custody.open(stored.wrapped, as: identity) }
  }

  @Test("an open RSA-4096 key with its contexts takes less than 32 KiB of locked memory")
  func memory() throws {
    let der = try KeyPair(generating: .rsa4096).privateKey()
    let before = SecretMemory.statistics.reserved
    var open: [KeyPair] = []
    let message = SecretBytes([1])
    for _ in 0..<64 {
      let pair = try KeyPair(pkcs8: der, .rsa4096, checked: false)
      for algorithm in [SigningAlgorithm.rsaPSSSHA256, .rsaPKCS1SHA512] {
        let signature = try pair.sign(message, as: .raw, by: algorithm)
        try pair.verify(signature, of: message, as: .raw, by: algorithm)
      }
      open.append(pair)
    }
    let grown = SecretMemory.statistics.reserved - before
    #expect(grown / UInt64(open.count) < 32 << 10)
  }

  @Test(
    "a ciphertext of SM2 has one form: nothing behind it, no longer length, no other number of leading zeros")
  func sm2Form() throws {
    let pair = try KeyPair(generating: .sm2)
    let sealed = try pair.encrypt(SecretBytes(Array("sealed".utf8)), by: .sm2PKE)
    #expect(try pair.decrypt(sealed, by: .sm2PKE).bytes == Array("sealed".utf8))
    #expect(sealed[0] == 0x30 && sealed[1] < 0x80 && sealed[2] == 0x02)
    let body = Array(sealed[2...])
    let padded = [0x02, body[1] + 1, 0x00] + body[2...]
    let others = [
      sealed + [0], [0x30, 0x81, sealed[1]] + body, [0x30, 0x80] + body + [0, 0],
      [0x30, sealed[1] + 1] + padded,
    ]
    for other in others {
      #expect(throws: CryptoFailure.rejected) { _ = try pair.decrypt(other, by: .sm2PKE) }
    }
  }

  @Test("one pair serves many tasks at once")
  func concurrency() async throws {
    let pair = try KeyPair(generating: .p256)
    let rsa = try KeyPair(generating: .rsa2048)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in UInt8(0)..<12 {
        group.addTask {
          for round in UInt8(0)..<20 {
            let message = SecretBytes([task, round])
            let signature = try pair.sign(message, as: .raw, by: .ecdsaSHA256)
            try pair.verify(signature, of: message, as: .raw, by: .ecdsaSHA256)
            let sealed = try rsa.encrypt(message, by: .rsaOAEPSHA256)
            #expect(try rsa.decrypt(sealed, by: .rsaOAEPSHA256).bytes == [task, round])
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("the stock hands each key pair out once, and is filled again")
  func stock() throws {
    let stock = KeyPairStock(depth: 1)
    stock.waitUntilFull()
    #expect(KeyPairStock.specs.map(stock.count) == [1, 1, 1])
    let one = try #require(stock.take(.rsa2048))
    #expect(one.spec == .rsa2048)
    stock.waitUntilFull()
    let two = try #require(stock.take(.rsa2048))
    #expect(try one.publicKey() != two.publicKey())
    #expect(stock.take(.p256) == nil)
  }

  @Test("keys are made from the stock, and without it when it is empty")
  func stockedCustody() throws {
    let custody = try Installation().start(stockDepth: 1)
    let stock = try #require(custody.stock)
    stock.waitUntilFull()
    var seen: Set<[UInt8]> = []
    for key in UInt64(1)...3 {
      let identity = VersionIdentity.test(.rsa2048, key: key)
      let made = try custody.generate(identity, permit: identity.permit(.createKey))
      seen.insert(try #require(made.publicKey))
    }
    #expect(seen.count == 3)
  }
}

/// What libcrypto's own command line makes of what we hand out.
@Suite(
  "OpenSSL's command line reads what custody writes",
  .enabled(if: CommandLineTool.isHere, "SKIPPED: no openssl in the path"))
struct CommandLineTests {
  init() { #expect(OpenSSL.start()) }

  @Test(
    "public and private halves of every kind",
    arguments: [KeySpec.rsa2048, .p256, .p384, .p521, .secp256k1, .ed25519])
  func keys(spec: KeySpec) throws {
    let folder = try TemporaryFolder()
    let pair = try KeyPair(generating: spec)
    try folder.write(pair.publicKey(), "public")
    try folder.write(pair.privateKey().bytes, "private")
    let told = try CommandLineTool.run(
      ["pkey", "-pubin", "-inform", "DER", "-in", folder.path("public"), "-outform", "DER"])
    #expect(told == (try pair.publicKey()))
    let derived = try CommandLineTool.run(
      ["pkey", "-inform", "DER", "-in", folder.path("private"), "-pubout", "-outform", "DER"])
    #expect(derived == (try pair.publicKey()))
  }

  @Test("signatures", arguments: [(KeySpec.p256, SigningAlgorithm.ecdsaSHA256), (.rsa2048, .rsaPKCS1SHA256)])
  func signatures(spec: KeySpec, algorithm: SigningAlgorithm) throws {
    let folder = try TemporaryFolder()
    let pair = try KeyPair(generating: spec)
    try folder.write(pair.publicKey(), "public")
    try folder.write(Array("message".utf8), "message")
    try folder.write(pair.sign(SecretBytes(Array("message".utf8)), as: .raw, by: algorithm), "signature")
    let said = try CommandLineTool.run([
      "dgst", "-sha256", "-keyform", "DER", "-verify", folder.path("public"), "-signature",
      folder.path("signature"), folder.path("message"),
    ])
    #expect(String(decoding: said, as: UTF8.self) == "Verified OK\n")
  }

  @Test("what is enveloped for a recipient")
  func cms() throws {
    let folder = try TemporaryFolder()
    let custody = try Installation().start()
    for spec in [KeySpec.rsa2048, .rsa4096] {
      let pair = try KeyPair(generating: spec)
      try folder.write(pair.privateKey().bytes, "private")
      for count in [0, 1, 16, 32, 4096] {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try folder.write(custody.envelop(.test(content), for: pair.publicKey()), "enveloped")
        let opened = try CommandLineTool.run([
          "cms", "-decrypt", "-binary", "-inform", "DER", "-in", folder.path("enveloped"), "-keyform", "DER",
          "-inkey", folder.path("private"),
        ])
        #expect(opened == content)
      }
    }
    let curve = try KeyPair(generating: .p256).publicKey()
    #expect(throws: KMSError.invalidPublicKey) { try custody.envelop(.test([1]), for: curve) }
    #expect(throws: KMSError.invalidPublicKey) { try custody.envelop(.test([1]), for: [1, 2, 3]) }
  }
}

enum CommandLineTool {
  private static let path = "/usr/bin/openssl"

  static var isHere: Bool { FileManager.default.isExecutableFile(atPath: path) }

  static func run(_ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return [UInt8](bytes)
  }
}
