package import KMSDomain
import Synchronization

/// Material that was made on a device for changes that weren't stored. Kept for the life of the process; what a crash leaves on a
/// device the next server finds by the intentions in the store, and notes here.
package final class UnmadeMaterial: Sendable {
  package struct Entry: Hashable, Sendable {
    package let identity: VersionIdentity
    package let material: WrappedKey
    /// Whose key it would have been.
    package let account: AccountID

    package init(identity: VersionIdentity, material: WrappedKey, account: AccountID) {
      self.identity = identity
      self.material = material
      self.account = account
    }
  }

  /// More than that are forgotten rather than have refused callers fill the memory.
  private static let most = 10_000
  private let entries = Mutex<Set<Entry>>([])

  package init() {}

  /// What a change that failed brought along, if it is on a device. Versions that were stored before are among it: whoever removes
  /// asks the store who refers to them.
  package func note(_ change: StoreChange) {
    switch change {
    case .createKey(let key), .recreateKey(let key, _), .updateKey(let key, _): note(key.record)
    case .together(let changes): for change in changes { note(change) }
    case .destroyKey, .createAlias, .moveAlias, .deleteAlias, .createGrant, .deleteGrant, .addCustomKeyStore,
      .updateCustomKeyStore, .removeCustomKeyStore, .addIdentity, .updateIdentity, .removeIdentity,
      .addAccessKey, .updateAccessKey, .removeAccessKey, .addClientCertificate, .updateClientCertificate,
      .removeClientCertificate, .addVault, .updateVault, .addApplication, .updateApplication,
      .removeApplication, .addTokenKey, .removeTokenKey, .addEpoch, .rewrapEpochs, .noteSeal, .rewrap,
      .retireEpochs,
      .erasure, .limitKeys:
      return
    }
  }

  private func note(_ record: KeyRecord) {
    for version in record.versions {
      guard let material = version.material, material.isOnDevice else { continue }
      note(
        Entry(identity: record.identity(of: version.id), material: material, account: record.home.account))
    }
  }

  package func note(_ entry: Entry) {
    entries.withLock { if $0.count < UnmadeMaterial.most { $0.insert(entry) } }
  }

  package var all: [Entry] { entries.withLock { Array($0) } }
  package func forget(_ entry: Entry) { entries.withLock { _ = $0.remove(entry) } }
}
