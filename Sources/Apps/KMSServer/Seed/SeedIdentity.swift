import Crypto
import KMSDomain

/// The ids inside of what comes from a seed. They follow from its names alone, so that a key has the same ones on every
/// machine, and with the same material opens what another has encrypted. docs/formats.md has the derivation and a vector.
struct SeedIdentity: Sendable {
  private let names: [String]

  /// - Parameter region: for the material of a multi-Region key, that of the primary.
  init(account: AccountID, region: String, identifier: String) {
    names = [account.text, region, identifier]
  }

  var key: KeyID { KeyID(SeedIdentity.bits("seed-key/1", names)) }

  /// Of its material, counted from the oldest.
  func version(_ index: Int) -> VersionID {
    VersionID(SeedIdentity.bits("seed-version/1", names + [String(index)]))
  }

  /// Of the administrator of an account that the seed has made.
  static func principal(of account: AccountID) -> IdentityID {
    IdentityID(AccessKeyText.principalID(from: bits("seed-principal/1", [account.text])))
  }

  /// The first 128 bits of SHA-256 over the names in their canonical encoding.
  private static func bits(_ label: String, _ names: [String]) -> Bits128 {
    var fields = CanonicalFields()
    fields.add(label)
    for name in names { fields.add(name) }
    let digest = Array(SHA256.hash(data: fields.bytes))
    // A digest of 32 bytes has them.
    return Bits128(digest.span) ?? Bits128(high: 0, low: 0)
  }
}
