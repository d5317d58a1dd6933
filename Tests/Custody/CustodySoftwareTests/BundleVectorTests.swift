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

  /// A store that custody writes has its code, its certificates and its key under as many iterations each.
  private static let iterations: [UInt8] = [0x02, 0x02, 0x4e, 0x20]

  @Test(arguments: 0..<3)
  func `a store that wants its password hashed for hours isn't opened`(place: Int) throws {
    let bundle = try open("cert-key-aes256cbc", "cryptography")
    let key = try house.pair(pkcs8: try bundle.privateKey.testBytes())
    let password = try house.key(Array("a password".utf8), .bytes)
    let store = try house.custody.exportBundle(
      key.live, certificates: bundle.certificates, friendlyName: nil, password: password.live,
      permit: key.permit(.getObject), passwordPermit: password.permit(.wrapKey)
    ).testBytes()
    let places = store.indices.filter { store[$0...].starts(with: Self.iterations) }
    #expect(places.count == 3)
    for count in [[0x02, 0x04, 0x7f, 0xff, 0xff, 0xff], [0x02, 0x03, 0x0f, 0x42, 0x41]] as [[UInt8]] {
      var edited = DEREdit(store)
      try edited.replace(places[place], by: count)
      let changed = edited.bytes
      // With the larger number, opening would outlast every patience.
      #expect(throws: KMSError.invalidCiphertext) {
        try house.custody.openBundle(
          .test(changed), password: password.live, permit: password.permit(.unwrapKey))
      }
    }
  }
}

/// Changes a value in DER, also inside of octet strings that are DER, and the lengths around it.
private struct DEREdit {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  struct Malformed: Error {}

  /// - Parameter at: where an INTEGER of 4 bytes in all stands.
  mutating func replace(_ at: Int, by new: [UInt8]) throws {
    bytes = try DEREdit.rewritten(bytes[...], at, new)
  }

  /// Every element that has the place in it, with what is in it rewritten.
  private static func rewritten(_ all: ArraySlice<UInt8>, _ at: Int, _ new: [UInt8]) throws -> [UInt8] {
    var (result, rest) = ([UInt8](), all)
    while let tag = rest.first {
      let (head, length) = try header(rest)
      let end = rest.startIndex + head + length
      guard end <= rest.endIndex else { throw Malformed() }
      if rest.startIndex == at {
        result += new
      } else if (rest.startIndex..<end).contains(at) {
        let inner = try rewritten(rest[(rest.startIndex + head)..<end], at, new)
        result += [tag] + written(length: inner.count) + inner
      } else {
        result += rest[..<end]
      }
      rest = rest[end...]
    }
    return result
  }

  private static func header(_ element: ArraySlice<UInt8>) throws -> (head: Int, length: Int) {
    let bytes = Array(element.prefix(6))
    guard bytes.count > 1 else { throw Malformed() }
    guard bytes[1] > 0x80 else { return (2, Int(bytes[1])) }
    let more = Int(bytes[1] & 0x7f)
    guard more <= 4, bytes.count >= 2 + more else { throw Malformed() }
    return (2 + more, bytes[2..<(2 + more)].reduce(0) { $0 << 8 | Int($1) })
  }

  private static func written(length: Int) -> [UInt8] {
    if length < 0x80 { return [UInt8(length)] }
    let digits = [length >> 16, length >> 8, length].map { UInt8($0 & 0xff) }.drop { $0 == 0 }
    return [0x80 | UInt8(digits.count)] + digits
  }
}
