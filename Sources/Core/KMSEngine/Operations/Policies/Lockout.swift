import KMSDomain

extension Desk {
  /// A policy must leave somebody who can change it again: the caller, or the account's root.
  /// - Throws: `policyLockout`.
  func requireNoLockout(_ record: KeyRecord, _ policy: Policy, _ caller: Caller) throws(KMSError) {
    let key = ProtectedResource.key(ProtectedKey(record: record, policy: policy))
    let root = Caller(
      account: record.home.account, principal: vocabulary.rootPrincipal(of: record.home.account),
      principalID: record.home.account.text, userName: nil, isRoot: true, credential: "", policies: [])
    let origin = RequestOrigin(
      id: RequestID(record.id.bits), door: "", source: "", isEncrypted: true, userAgent: "")
    for candidate in [caller, root] {
      let request = AccessRequest(
        action: .putKeyPolicy, caller: candidate, origin: origin, resource: key, facts: .none,
        time: clock.now())
      if PolicyEvaluator.decide(request, vocabulary: vocabulary).isAllowed { return }
    }
    throw .policyLockout
  }
}
