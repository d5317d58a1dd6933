import CustodyConformance
import CustodyPKCS11
import CustodySoftware
import Foundation
import KMSDomain
import KMSTestKit

/// A custody whose new keys are on the house's token.
enum DeviceHouse {
  static func custody(_ token: Token, takesNewKeys: Bool = true) throws -> SoftwareCustody {
    try opener()(KeysElsewhere(TokenKeyDevice(token), takesNewKeys: takesNewKeys))
  }

  /// Custodies of one store, each with a book of its own.
  static func custodies(_ token: Token, _ books: [IntentionBook?]) throws -> [SoftwareCustody] {
    let open = try opener()
    return try books.map { try open(KeysElsewhere(TokenKeyDevice(token), takesNewKeys: true, book: $0)) }
  }

  /// Opens a new store, as often as one likes.
  private static func opener() throws -> (KeysElsewhere) throws -> SoftwareCustody {
    let store = Bits128(high: 0x5354, low: UInt64.random(in: 1 ... .max))
    let path = URL.temporaryDirectory.appending(path: "claviger-seal-\(UUID().uuidString)").path()
    let seal = KeyFileSeal(path: path, cost: .insecureForTests)
    let (sealed, epoch) = try SoftwareCustody.initialise(seal: seal, storeID: store, now: Fixtures.start)
    return { elsewhere in
      try SoftwareCustody(
        seal: seal, sealed: sealed, storeID: store, epochs: [epoch], legacy: .all, elsewhere: elsewhere)
    }
  }

  /// Identifiers of a test's own: those on a token are never used twice.
  static func subject(_ custody: any Custody, _ spec: KeySpec, _ usages: KeyUsages? = nil) throws -> Subject {
    try Subject(
      in: custody, key: .random(in: 1 ... .max), version: .random(in: 1 ... .max), spec, usages: usages)
  }
}
