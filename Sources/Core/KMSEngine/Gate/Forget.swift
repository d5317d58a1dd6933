import KMSDomain

extension Desk {
  /// Drops from the caches whatever a change may have made stale. Called once the store has committed or refused,
  /// before the answer.
  func forget(_ change: StoreChange) {
    switch change {
    case .createKey, .limitKeys: return
    // The name led to a key that is destroyed.
    case .recreateKey(let key, _):
      keys.forget(key.record.name)
      if let shared = key.record.sharedName { keys.forget(shared) }
    case .together(let changes): for change in changes { forget(change) }
    case .updateKey(let key, _), .destroyKey(let key, _):
      keys.forget(key.record.id)
      if key.record.state != .active { liveKeys.forget(key.record.versions) }
    case .createAlias(let alias, _), .moveAlias(let alias, _, _):
      keys.forget(alias.record.name)
      // If the change failed because that key is another by now, the next attempt must not find the old one here.
      keys.forget(alias.record.target)
    case .deleteAlias(let name, _): keys.forget(name)
    case .createGrant(let grant, _, _): keys.forget(grant.record.key)
    case .deleteGrant(_, let key, _): keys.forget(key)
    case .addCustomKeyStore, .updateCustomKeyStore, .removeCustomKeyStore: return
    case .addVault(let vault), .updateVault(let vault, _): vaults.forget(vault.record.name)
    case .addEpoch, .rewrapEpochs, .noteSeal, .retireEpochs, .erasure: return
    case .rewrap(let rewrapping): forget(rewrapping)
    case .addIdentity, .addAccessKey, .addClientCertificate: return
    case .updateIdentity(let identity, _): identities.forget(identity.record)
    // What may be removed is carried by nobody.
    case .removeIdentity(let id, _): identities.forget(principal: id)
    case .updateAccessKey(let key, _): identities.forget(accessKey: key.record.id)
    case .removeAccessKey(let id, _): identities.forget(accessKey: id)
    case .updateClientCertificate(let certificate, _):
      identities.forget(certificate: certificate.record.fingerprint)
    case .removeClientCertificate(let fingerprint, _): identities.forget(certificate: fingerprint)
    case .addApplication: return
    case .updateApplication(let application, _):
      identities.forget(application: application.record.clientID)
    case .removeApplication(let id, _): identities.forget(application: id)
    // Whoever keeps those asks the store for the ones that it doesn't know.
    case .addTokenKey, .removeTokenKey: return
    }
  }

  /// Opened material is what it was; a record that would bring back the old wrapping must not be written again.
  private func forget(_ rewrapping: Rewrapping) {
    switch rewrapping {
    case .key(let key, _): keys.forget(key.record.id)
    case .accessKey(let key, _): identities.forget(accessKey: key.record.id)
    case .keyStore, .tokenKey: return
    }
  }
}
