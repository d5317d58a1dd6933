package import KMSDomain

/// What every store promises, as checks that run against any implementation of the port.
///
/// Each check gets an empty store of its own. A second backend passes when every promise of `promises` holds.
package struct StoreConformance: Sendable {
  /// Makes a store without any record.
  package let makeStore: @Sendable () async throws -> any Store
  /// Closes the store and opens it again from what it keeps.
  package let reopen: @Sendable (any Store) async throws -> any Store

  package init(
    makeStore: @escaping @Sendable () async throws -> any Store,
    reopen: @escaping @Sendable (any Store) async throws -> any Store
  ) {
    self.makeStore = makeStore
    self.reopen = reopen
  }

  /// A sentence and the check behind it.
  package struct Promise: Sendable, CustomStringConvertible {
    package let description: String
    package let check: @Sendable (StoreConformance) async throws -> Void

    init(_ description: String, _ check: @escaping @Sendable (StoreConformance) async throws -> Void) {
      self.description = description
      self.check = check
    }
  }

  package static let promises: [Promise] =
    keyPromises + versionPromises + listingPromises + aliasPromises + identityPromises
    + clientCertificatePromises
    + applicationPromises
    + outboxPromises
    + rotationPromises + importPromises + grantPromises + usePromises + customKeyStorePromises + groupPromises
    + vaultPromises + durabilityPromises + familyPromises + keyCountPromises + objectPromises
    + devicePromises

  /// A store with the epoch under which the samples are wrapped.
  func storeWithEpoch() async throws -> any Store {
    let store = try await makeStore()
    try await store.commit(.addEpoch(Sample.epoch(1)), outbox: nil)
    return store
  }
}
