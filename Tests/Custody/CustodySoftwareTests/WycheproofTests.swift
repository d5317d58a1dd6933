import Foundation
import KMSSecrets
import Testing

@testable import CustodySoftware

/// Google's collection of inputs that other implementations got wrong.
@Suite(
  "Wycheproof",
  .enabled(
    if: Checkout.hasWycheproof,
    "SKIPPED: no Wycheproof vectors. Put them beside the checkout or name their folder in CLAVIGER_VECTORS."))
struct WycheproofTests {
  init() { #expect(OpenSSL.start()) }

  @Test("AES-256-GCM: every vector with our sizes is sealed to the byte, or refused")
  func gcm() throws {
    let file = try VectorFile("aes_gcm_test.json")
    var run = 0
    for group in file.testGroups where group.keySize == 256 && group.ivSize == 96 && group.tagSize == 128 {
      for test in group.tests {
        try check(test)
        run += 1
      }
    }
    #expect(run == 66)
  }

  private func check(_ test: Vector) throws {
    let key = SecretBytes(hex(test.key ?? ""))
    let (iv, aad) = (hex(test.iv ?? ""), hex(test.aad ?? ""))
    let (text, sealed) = (hex(test.msg ?? ""), hex(test.ct ?? "") + hex(test.tag ?? ""))
    if test.result == "invalid" {
      #expect(throws: CryptoFailure.rejected, "\(test.name)") {
        _ = try AESGCM.open(sealed[...], key: key, nonce: iv, aad: aad)
      }
    } else {
      #expect(try AESGCM.open(sealed[...], key: key, nonce: iv, aad: aad).bytes == text, "\(test.tcId)")
      #expect(try AESGCM.seal(SecretBytes(text), key: key, nonce: iv, aad: aad) == sealed, "\(test.tcId)")
    }
  }

  @Test("HMAC-SHA-256: every vector, truncated tags as prefixes")
  func hmac() throws {
    let file = try VectorFile("hmac_sha256_test.json")
    var run = 0
    for test in file.testGroups.flatMap(\.tests) {
      let code = try MACKey(SecretBytes(hex(test.key ?? ""))).code(of: hex(test.msg ?? ""))
      let tag = hex(test.tag ?? "")
      let matches = tag.count <= code.count && Array(code.prefix(tag.count)) == tag
      #expect(matches == (test.result != "invalid"), "\(test.name)")
      run += 1
    }
    #expect(run == file.numberOfTests)
    #expect(run == 174)
  }
}
