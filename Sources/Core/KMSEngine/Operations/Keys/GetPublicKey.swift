package import KMSDomain

/// Tells the public half of a key.
package struct GetPublicKey: Operation {
  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    /// SubjectPublicKeyInfo (DER).
    package let publicKey: [UInt8]
  }

  package let operation = "GetPublicKey"
  package var asked: Asked { Asked(.getPublicKey, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey { try await desk.key(key) }
  package func prepareWarm(_ desk: Desk) -> ProtectedKey? { desk.warmKey(key.target) }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.requestedAlias = key.alias
    return Demands(Demand(.getPublicKey, on: .key(prepared), named: key.asWritten, facts: facts))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let record = prepared.record
    try permits.first.check(.getPublicKey, key: record.id, version: nil)
    guard record.spec.isAsymmetric, let publicKey = record.version(record.current)?.publicKey else {
      throw .noPublicKey(record.resourceName)
    }
    return Performed(Answer(key: prepared, publicKey: publicKey))
  }
}
