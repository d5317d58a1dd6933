import Foundation
import KMSDomain
import KMSSecrets

@testable import CustodySoftware

/// A file of Wycheproof: the members that some of our tests read.
struct VectorFile: Decodable {
  let numberOfTests: Int
  let testGroups: [VectorGroup]

  init(_ name: String) throws {
    let data = try Data(contentsOf: Checkout.wycheproof.appending(path: name))
    self = try JSONDecoder().decode(VectorFile.self, from: data)
  }

  /// Each test with its group.
  var all: [(group: VectorGroup, test: Vector)] {
    testGroups.flatMap { group in group.tests.map { (group, $0) } }
  }
}

struct VectorGroup: Decodable {
  let keySize: Int?
  let ivSize: Int?
  let tagSize: Int?
  let sha: String?
  let mgfSha: String?
  let sLen: Int?
  let publicKeyDer: String?
  let privateKeyPkcs8: String?
  let mgf: String?
  let tests: [Vector]
}

struct Vector: Decodable {
  let tcId: Int
  let comment: String?
  let flags: [String]?
  let key: String?
  let iv: String?
  let aad: String?
  let msg: String?
  let ct: String?
  let tag: String?
  let sig: String?
  let label: String?
  let ctx: String?
  let mu: String?
  let `public`: String?
  let `private`: String?
  let shared: String?
  let seed: String?
  let c: String?
  let K: String?
  let ek: String?
  let ikm: String?
  let salt: String?
  let info: String?
  let size: Int?
  let okm: String?
  let password: String?
  let iterationCount: Int?
  let dkLen: Int?
  let dk: String?
  let result: String

  var name: String { "\(tcId): \(comment ?? "")" }
  var isValid: Bool { result == "valid" }
  func has(_ flag: String) -> Bool { flags?.contains(flag) ?? false }
}

/// Just enough DER to put the vectors' bare numbers into keys.
enum TestDER {
  static func item(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length =
      count < 0x80
      ? [UInt8(count)]
      : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
    return [tag] + length + content
  }

  static func sequence(_ items: [UInt8]...) -> [UInt8] { item(0x30, items.flatMap { $0 }) }
  static func octets(_ content: [UInt8]) -> [UInt8] { item(0x04, content) }
  static func identifier(_ hexDigits: String) -> [UInt8] { item(0x06, hex(hexDigits)) }
  static let zero: [UInt8] = [2, 1, 0]

  /// PKCS#8 of a number on a named curve (RFC 5915 inside).
  static func privateKey(_ number: [UInt8], curve: String, length: Int) -> [UInt8] {
    let padded = [UInt8](repeating: 0, count: max(0, length - number.count)) + number.suffix(length)
    return sequence(
      zero, sequence(identifier("2a8648ce3d0201"), identifier(curve)),
      octets(sequence([2, 1, 1], octets(padded))))
  }

  /// PKCS#8 of a post-quantum seed (RFC 9881, RFC 9935).
  static func seed(_ seed: [UInt8], _ algorithm: String) -> [UInt8] {
    sequence(zero, sequence(identifier(algorithm)), octets(item(0x80, seed)))
  }
}
