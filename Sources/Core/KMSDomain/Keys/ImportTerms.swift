/// What the owner of material says of it when it is brought in.
package struct ImportTerms: Sendable {
  /// The longest that material can be told to stay, if it is told at all, in days.
  package static let longestStay = 365

  /// Whether the key has seen the material before.
  package enum Kind: Sendable {
    case new
    case existing
  }

  /// nil: new for a key that never had any, else existing.
  package let kind: Kind?
  /// The fingerprint of the material that it is claimed to be; nil when nothing is claimed.
  package let claimed: [UInt8]?
  /// From when on the material must be gone; nil when it may stay.
  package let expiry: Instant?
  /// nil leaves what was written the last time.
  package let description: String?

  package init(kind: Kind?, claimed: [UInt8]?, expiry: Instant?, description: String?) {
    self.kind = kind
    self.claimed = claimed
    self.expiry = expiry
    self.description = description
  }

  /// - Throws: `invalidExpiry`; `singleMaterial` for words that make sense only where one key has several materials.
  package func check(for key: KeyRecord, now: Instant) throws(KMSError) {
    guard key.canRotate || (kind == nil && claimed == nil && description == nil) else {
      throw .singleMaterial(key.spec)
    }
    guard let expiry else { return }
    guard expiry > now, expiry <= now.advanced(days: ImportTerms.longestStay) else { throw .invalidExpiry }
  }
}
