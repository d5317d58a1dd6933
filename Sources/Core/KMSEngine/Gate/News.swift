package import KMSDomain

extension Desk {
  /// What a change makes of keys; nothing while nobody listens. Asked before the caches forget what the keys were.
  func news(of change: StoreChange) -> [KeyNews] {
    guard listener.isListening else { return [] }
    return keyNews(of: change)
  }

  private func keyNews(of change: StoreChange) -> [KeyNews] {
    switch change {
    case .createKey(let key), .recreateKey(let key, _): return [KeyNews(key.record, isNew: true)]
    case .updateKey(let key, let generation), .destroyKey(let key, let generation):
      let cached = keys.key(key.record.id)
      return [KeyNews(key.record, before: cached?.record.generation == generation ? cached : nil)]
    case .together(let changes): return changes.flatMap(keyNews)
    case .createAlias, .moveAlias, .deleteAlias, .createGrant, .deleteGrant, .addCustomKeyStore,
      .updateCustomKeyStore, .removeCustomKeyStore, .addIdentity, .updateIdentity, .removeIdentity,
      .addAccessKey, .updateAccessKey, .removeAccessKey, .addClientCertificate, .updateClientCertificate,
      .removeClientCertificate, .addVault, .updateVault, .addApplication, .updateApplication,
      .removeApplication,
      .addTokenKey, .removeTokenKey, .addEpoch, .rewrapEpochs, .noteSeal, .rewrap, .retireEpochs, .erasure,
      .limitKeys:
      return []
    }
  }

  /// Tells whoever listens.
  func announce(_ news: [KeyNews]) {
    if !news.isEmpty { listener.changed(news) }
  }
}

extension Engine {
  /// Whether a caller may do something to an object by its policies, asked without doing or recording it: for what somebody would only
  /// be told, and never learns of otherwise.
  package func allows(
    _ action: Action, on reference: KeyReference, to caller: Caller, from origin: RequestOrigin
  ) async -> Bool {
    guard let key = try? await desk.key(reference) else { return false }
    return desk.allows(action, on: key, to: caller, from: origin)
  }
}

extension Desk {
  func allows(
    _ action: Action, on key: ProtectedKey, to caller: Caller, from origin: RequestOrigin,
    having findings: Docket.Findings = Docket.Findings()
  ) -> Bool {
    let request = AccessRequest(
      action: key.record.right(to: action), caller: caller, origin: origin, resource: .key(key), facts: .none,
      time: clock.now(), grants: findings.grants, aliases: findings.aliases)
    return PolicyEvaluator.decide(request, vocabulary: vocabulary).isAllowed
  }
}
