package import KMSDomain

/// A replica changes parts with its primary. Needs the right on both.
package struct UpdatePrimaryRegion: Operation {
  package let key: KeyReference
  /// Where the next primary is.
  package let region: String

  package init(_ key: KeyReference, region: String) {
    self.key = key
    self.region = region
  }

  package struct Prepared: Sendable {
    let primary: ProtectedKey
    let relatives: [ProtectedKey]
    /// nil when the Region has no key of the family but the primary.
    let successor: ProtectedKey?
  }

  package typealias Answer = Void

  package let operation = "UpdatePrimaryRegion"
  package var asked: Asked { Asked(.updatePrimaryRegion, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "primaryRegion", value: region)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let primary = try await desk.key(key)
    let relatives = try await desk.relatives(of: primary)
    return Prepared(
      primary: primary, relatives: relatives, successor: relatives.first { $0.record.home.region == region })
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.otherRegion = .primary(region)
    return Demands(
      Demand(.updatePrimaryRegion, on: .key(prepared.primary), named: key.asWritten, facts: facts),
      prepared.successor.map { Demand(.updatePrimaryRegion, on: .key($0), named: region, facts: facts) })
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    let primary = prepared.primary.record
    try permits.first.check(.updatePrimaryRegion, key: primary.id, version: nil)
    try primary.requirePrimary()
    guard region != primary.home.region else { throw .keyNotReplica(primary.resourceName) }
    guard let successor = prepared.successor, let family = primary.family?.promoting(region) else {
      throw .keyNotFound(
        desk.vocabulary.keyResource(primary.identifier, in: primary.name(in: region).keyring))
    }
    let changes = ([prepared.primary] + prepared.relatives).map { key in
      desk.update(key) { record in
        record.family = family
        // The schedule goes with the part: it is the primary that gets new material.
        record.rotation = record.id == successor.record.id ? primary.rotation : nil
      }
    }
    return Performed((), change: .together(changes))
  }
}
