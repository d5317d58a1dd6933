import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

@Suite(
  "Stores of keys that other libraries made",
  .enabled(if: Checkout.cryptographyVectors != nil, "SKIPPED: no package cryptography_vectors in .venv"))
struct BundleVectorTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  private func open(_ name: String, _ password: String) throws -> KeyBundle {
    let folder = try #require(Checkout.cryptographyVectors)
    let store = [UInt8](try Data(contentsOf: folder.appending(path: "pkcs12/\(name).p12")))
    let subject = try house.key(Array(password.utf8), .bytes)
    return try house.custody.openBundle(
      .test(store), password: subject.live, permit: subject.permit(.unwrapKey))
  }

  @Test func `a store with a key and its certificate opens, and what is in it fits`() throws {
    let bundle = try open("cert-key-aes256cbc", "cryptography")
    let pkcs8 = try bundle.privateKey.testBytes()
    let key = try house.pair(pkcs8: pkcs8)
    #expect(key.identity.spec == .p256 && bundle.certificates.count == 1)
    #expect(try key.export(as: .pkcs8) == pkcs8)

    let password = try house.key(Array("another".utf8), .bytes)
    let again = try house.custody.exportBundle(
      key.live, certificates: bundle.certificates, friendlyName: "a name", password: password.live,
      permit: key.permit(.getObject), passwordPermit: password.permit(.wrapKey))
    let opened = try house.custody.openBundle(
      again, password: password.live, permit: password.permit(.unwrapKey))
    #expect(try opened.privateKey.testBytes() == pkcs8)
    #expect(opened.certificates == bundle.certificates && opened.friendlyName == "a name")

    let other = try Subject(explicit: .p256, in: house.custody)
    #expect(throws: KMSError.cryptography(.form)) {
      try house.custody.exportBundle(
        other.live, certificates: bundle.certificates, friendlyName: nil, password: password.live,
        permit: other.permit(.getObject), passwordPermit: password.permit(.wrapKey))
    }
  }

  @Test func `a store without a key, or by a cipher that the library lacks, doesn't open`() throws {
    #expect(throws: KMSError.invalidCiphertext) { try open("cert-aes256cbc-no-key", "cryptography") }
    #expect(throws: KMSError.invalidCiphertext) { try open("cert-rc2-key-3des", "cryptography") }
    #expect(throws: KMSError.invalidCiphertext) { try open("cert-key-aes256cbc", "Cryptography") }
    #expect(throws: KMSError.invalidCiphertext) { try open("cert-key-aes256cbc", "") }
    #expect(throws: KMSError.invalidCiphertext) { try open("cert-key-aes256cbc", "cryptography\0") }
  }
}
