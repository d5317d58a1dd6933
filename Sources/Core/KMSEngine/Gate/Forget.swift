import KMSDomain

extension Desk {
  /// Drops from the caches whatever a change may have made stale. Called once the store has committed, before the answer.
  func forget(_ change: StoreChange) {
    switch change {
    case .createKey: return
    case .updateKey(let key, _), .destroyKey(let key, _):
      keys.forget(key.record.id)
      if key.record.state != .active { liveKeys.forget(key.record.versions) }
    case .createAlias(let alias), .moveAlias(let alias): keys.forget(alias.record.name)
    case .deleteAlias(let name): keys.forget(name)
    case .addPrincipal, .addAccessKey, .addEpoch: return
    }
  }
}
