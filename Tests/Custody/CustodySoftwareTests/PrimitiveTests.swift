import KMSSecrets
import KMSSystem
import Testing

@testable import CustodySoftware

@Suite("What we ask of libcrypto")
struct PrimitiveTests {
  init() { #expect(OpenSSL.start()) }

  @Test("libcrypto starts once, names itself and keeps its heap in the arena")
  func start() throws {
    #expect(OpenSSL.start())
    #expect(OpenSSL.version.hasPrefix("OpenSSL 3") || OpenSSL.version.hasPrefix("OpenSSL 4"))
    #expect(SecretMemory.statistics.reserved >= 64 << 10)
  }

  @Test("Ed25519 signs as in RFC 8032 section 7.1")
  func ed25519() throws {
    let empty = try Ed25519Key(
      seed: SecretBytes(hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")))
    #expect(empty.publicKey == hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    #expect(
      try empty.sign([])
        == hex(
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            + "d25bf5f0595bbe24655141438e7a100b"))
    let one = try Ed25519Key(
      seed: SecretBytes(hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")))
    #expect(
      try one.sign([0x72])
        == hex(
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            + "387b2eaeb4302aeeb00d291612bb0c00"))
    #expect(throws: CryptoFailure.failed) { _ = try Ed25519Key(seed: SecretBytes([1, 2, 3])) }
  }

  @Test("HMAC-SHA-256 is that of RFC 4231, also with a key as long as two blocks and with none")
  func hmac() throws {
    let code = try MACKey(SecretBytes(Array("Jefe".utf8))).code(
      for: Array("what do ya want for nothing?".utf8).span)
    #expect(code == hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
    let long = try MACKey(SecretBytes([UInt8](repeating: 0xaa, count: 131)))
    let text = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    #expect(
      try long.code(of: text) == hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    )
    let none = try MACKey(SecretBytes([]))
    #expect(
      try none.code(of: []) == hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
  }

  @Test("A key or nonce of another length is refused, not cut")
  func lengths() throws {
    let key = SecretBytes([UInt8](repeating: 1, count: 32))
    let short = SecretBytes([UInt8](repeating: 1, count: 16))
    let nonce = [UInt8](repeating: 0, count: 12)
    #expect(throws: CryptoFailure.failed) { _ = try AESGCM.seal(key, key: short, nonce: nonce, aad: []) }
    #expect(throws: CryptoFailure.failed) { _ = try AESGCM.seal(key, key: key, nonce: nonce + [0], aad: []) }
    #expect(throws: CryptoFailure.failed) {
      _ = try AESGCM.open(nonce[...], key: short, nonce: nonce, aad: [])
    }
    #expect(throws: CryptoFailure.rejected) {
      _ = try AESGCM.open(nonce[...], key: key, nonce: nonce, aad: [])
    }
  }

  @Test("Identifiers and nonces don't repeat, on one thread or on several")
  func random() async throws {
    let all = await withTaskGroup(of: [[UInt8]].self) { group in
      for _ in 0..<8 { group.addTask { (0..<1000).compactMap { _ in try? RandomBytes.plain(16) } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(all).count == 8000)
  }
}
