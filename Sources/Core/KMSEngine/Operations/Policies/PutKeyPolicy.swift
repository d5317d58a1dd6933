package import KMSDomain

/// Replaces the key's policy.
package struct PutKeyPolicy: Operation {
  package typealias Answer = Void

  package struct Prepared: Sendable {
    let key: ProtectedKey
    /// Whom the policy means; nil until somebody looked.
    var meant: [IdentityRecord.TrustedPrincipal]?
  }

  package let key: KeyReference
  package let policy: [UInt8]
  package let bypassesLockoutCheck: Bool

  package init(_ key: KeyReference, policy: [UInt8], bypassesLockoutCheck: Bool) {
    self.key = key
    self.policy = policy
    self.bypassesLockoutCheck = bypassesLockoutCheck
  }

  package let operation = "PutKeyPolicy"
  package var asked: Asked { Asked(.putKeyPolicy, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(key: try await desk.key(key))
  }

  package var isCompletedOnceAllowed: Bool { true }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    prepared.meant = try await desk.meant(by: policy)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.bypassesLockoutCheck = bypassesLockoutCheck
    return Demands(Demand(.putKeyPolicy, on: .key(prepared.key), named: key.asWritten, facts: facts))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    var record = prepared.key.record
    try permits.first.check(.putKeyPolicy, key: record.id, version: nil)
    guard let meant = prepared.meant else { throw .permitMismatch }
    let compiled = try desk.vocabulary.compile(policy, as: .key)
    record.policy = policy
    record.meant = meant
    if !bypassesLockoutCheck { try desk.requireNoLockout(record, compiled, caller) }
    guard record != prepared.key.record else { return Performed(()) }
    record.generation &+= 1
    return Performed((), change: .updateKey(desk.seal(record), expecting: prepared.key.record.generation))
  }
}
