package import KMSDomain

/// Replaces the key's policy.
package struct PutKeyPolicy: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  package let policy: [UInt8]
  package let bypassesLockoutCheck: Bool

  package init(_ key: KeyReference, policy: [UInt8], bypassesLockoutCheck: Bool) {
    self.key = key
    self.policy = policy
    self.bypassesLockoutCheck = bypassesLockoutCheck
  }

  package let operation = "PutKeyPolicy"
  package let action = Action.putKeyPolicy

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.bypassesLockoutCheck = bypassesLockoutCheck
    return facts
  }

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    let compiled = try desk.vocabulary.compile(policy, as: .key)
    record.policy = policy
    if !bypassesLockoutCheck { try desk.requireNoLockout(record, compiled, caller) }
  }
}
