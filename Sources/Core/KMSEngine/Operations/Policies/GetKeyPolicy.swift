package import KMSDomain

/// The key's policy, byte for byte as it was received, but for principals that are gone: they are called by their own ids, so that
/// nobody takes them for whoever has the name now.
package struct GetKeyPolicy: Operation {
  package typealias Answer = [UInt8]

  package struct Prepared: Sendable {
    let key: ProtectedKey
    /// Whom names of the policy meant that are no longer theirs.
    var gone: [String: IdentityID] = [:]
  }

  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package let operation = "GetKeyPolicy"
  package var asked: Asked { Asked(.getKeyPolicy, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(key: try await desk.key(key))
  }

  package var isCompletedOnceAllowed: Bool { true }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    for principal in prepared.key.record.meant {
      guard try await desk.identity(meantBy: principal.name) != principal.id else { continue }
      prepared.gone[principal.name] = principal.id
    }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(.getKeyPolicy, on: .key(prepared.key), named: key.asWritten))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<[UInt8]> {
    let record = prepared.key.record
    try permits.first.check(.getKeyPolicy, key: record.id, version: nil)
    guard !prepared.gone.isEmpty else { return Performed(record.policy) }
    return Performed(desk.vocabulary.document(record.policy, calling: prepared.gone))
  }
}
