/// What the store knows of wrapping-key epochs and of what is wrapped under them; part of `Store`.
package protocol EpochStore: Sendable {
  /// In the order of their numbers.
  func epochs() async throws(KMSError) -> [EpochRecord]
  /// nil in a store from before there were notes.
  func sealNote() async throws(KMSError) -> Authenticated<SealNote>?
  /// What is left of epochs that are gone, in the order of their numbers.
  func retiredEpochs() async throws(KMSError) -> [RetiredEpoch]
  func erasure() async throws(KMSError) -> ErasureState
  func wrapped(under epoch: EpochID) async throws(KMSError) -> WrappedCount
  /// Records of a kind that hold something wrapped under the epoch, those after the place `marker`, in an order of the store's.
  /// Those that can't be read are left out, and counted.
  func wrapped(
    under epoch: EpochID, of kind: WrappedKind, after marker: [UInt8], limit: Int
  ) async throws(KMSError) -> WrappedPage
}

/// What holds something that is wrapped under an epoch.
package enum WrappedKind: String, CaseIterable, Sendable {
  /// Keys of every protocol, secrets and other objects of vaults among them.
  case keys
  case accessKeys
  case customKeyStores
  case tokenKeys
}

package enum WrappedRecord: Sendable {
  case key(Authenticated<KeyRecord>)
  case accessKey(Authenticated<AccessKeyRecord>)
  case keyStore(Authenticated<CustomKeyStore>)
  case tokenKey(Authenticated<TokenKey>)
}

package struct WrappedPage: Sendable {
  package let records: [WrappedRecord]
  /// Rows that are not as they were written.
  package let damaged: Int
  /// The place of the last; nil when none comes after it.
  package let next: [UInt8]?

  package init(records: [WrappedRecord], damaged: Int, next: [UInt8]?) {
    self.records = records
    self.damaged = damaged
    self.next = next
  }
}

/// How much is wrapped under an epoch.
package struct WrappedCount: Hashable, Sendable {
  /// Versions of keys.
  package var materials: Int
  package var accessKeys: Int
  package var keyStores: Int
  package var tokenKeys: Int

  package init(materials: Int = 0, accessKeys: Int = 0, keyStores: Int = 0, tokenKeys: Int = 0) {
    self.materials = materials
    self.accessKeys = accessKeys
    self.keyStores = keyStores
    self.tokenKeys = tokenKeys
  }

  package var total: Int { materials + accessKeys + keyStores + tokenKeys }
}

/// What is left of an epoch under which nothing is wrapped any more: by what sessions' and import tokens open that it sealed,
/// under the present root. It opens no stored key.
package struct RetiredEpoch: Hashable, Sendable {
  /// How long a token may be good for that was made the moment before, in seconds: a session's 36 hours, and one for clocks.
  package static let tokenLife: Int64 = 37 * 3_600

  package let id: EpochID
  package let wrapped: [UInt8]
  /// No token of it is good any more.
  package let until: Instant
  /// See `EpochRecord.erasure`.
  package let erasure: Bits128?

  package init(id: EpochID, wrapped: [UInt8], until: Instant, erasure: Bits128?) {
    self.id = id
    self.wrapped = wrapped
    self.until = until
    self.erasure = erasure
  }
}

/// A record with the same content under another epoch. It takes its place if the stored one is still the one that was read;
/// otherwise nothing is changed, and whoever looks again finds what is stored now.
package enum Rewrapping: Sendable {
  case key(Authenticated<KeyRecord>, expecting: UInt64)
  /// The code of the stored one.
  case accessKey(Authenticated<AccessKeyRecord>, expecting: [UInt8])
  case keyStore(Authenticated<CustomKeyStore>, expecting: UInt64)
  /// What is stored of its material.
  case tokenKey(Authenticated<TokenKey>, expecting: WrappedKey)
}

/// Epochs that go, and what stays of them.
package struct EpochRetirement: Sendable {
  /// Each takes the place of its epoch, or of what was left of it. `contention` while something is wrapped under the epoch.
  package let retired: [RetiredEpoch]
  /// Of which nothing stays any more.
  package let forgotten: [EpochID]

  package init(retired: [RetiredEpoch], forgotten: [EpochID]) {
    self.retired = retired
    self.forgotten = forgotten
  }
}
