/// Wraps again under the newest epoch what older ones wrapped. What is wrapped never leaves custody.
///
/// Each method returns the same record with the same content: what is under the newest epoch already stays as it is, and so
/// does what custody keeps elsewhere. Permit: `rewrapMaterial`, no key.
package protocol RewrapCustody: Sendable {
  /// - Throws: `KMSError.corrupt(.keyMaterial)` for material that isn't what was stored for the record; `custodyUnavailable`.
  func rewrap(_ key: KeyRecord, permit: borrowing Permit) throws(KMSError) -> KeyRecord
  /// - Throws: `KMSError.corrupt(.accessKey)`, `custodyUnavailable`.
  func rewrap(_ accessKey: AccessKeyRecord, permit: borrowing Permit) throws(KMSError) -> AccessKeyRecord
  /// - Throws: `KMSError.corrupt(.customKeyStore)`, `custodyUnavailable`.
  func rewrap(_ keyStore: CustomKeyStore, permit: borrowing Permit) throws(KMSError) -> CustomKeyStore
  /// - Throws: `KMSError.corrupt(.tokenKey)`, `custodyUnavailable`.
  func rewrap(_ key: TokenKey, permit: borrowing Permit) throws(KMSError) -> TokenKey

  /// What is to stay of an epoch when it goes, for the store; it goes from custody with `release`. The same of one that is gone
  /// and was under an erasure secret that isn't in use any more: then it opens no import tokens either. Permit: `retireEpochs`,
  /// no key.
  /// - Throws: `KMSError.corrupt(.epoch)` for the newest and for those that custody doesn't have.
  func retire(_ epoch: EpochID, until: Instant, permit: borrowing Permit) throws(KMSError) -> RetiredEpoch
  /// Drops the epoch and keeps what is left of it. It takes no permit: what isn't this store's doesn't open, and releasing it
  /// again changes nothing.
  /// - Throws: `KMSError.corrupt(.epoch)`.
  func release(_ retired: RetiredEpoch) throws(KMSError)
  /// Drops what was left of an epoch.
  func forget(_ epoch: EpochID)
}
