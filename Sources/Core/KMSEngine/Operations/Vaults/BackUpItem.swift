package import KMSDomain

/// Takes a copy of an item and of all its versions, sealed for its owner to keep. It says nothing to anybody but a server that has the
/// same root key.
package struct BackUpItem: Operation {
  package let operation: String
  private let subject: BackupSubject
  /// The item first, then its versions.
  package let references: [KeyReference]
  /// What there is to say of them; pure. It may find that they aren't all of it.
  private let describe: @Sendable ([KeyRecord]) throws(KMSError) -> ItemBackup

  /// - Parameter versions: the first one first.
  package init(
    _ operation: String, of subject: BackupSubject, _ item: KeyReference, _ versions: [KeyReference],
    describe: @escaping @Sendable ([KeyRecord]) throws(KMSError) -> ItemBackup
  ) {
    self.operation = operation
    self.subject = subject
    references = [item] + versions
    self.describe = describe
  }

  package var asked: Asked { Asked(subject.backingUp, named: references.first?.asWritten ?? "") }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [ProtectedKey] {
    var found: [ProtectedKey] = []
    for reference in references { found.append(try await desk.key(reference)) }
    return found
  }

  package func demands(_ prepared: [ProtectedKey], _ desk: Desk) -> Demands {
    let all = zip(references, prepared).enumerated().map { place, found in
      Demand(
        subject.backingUp, on: .key(found.1), named: found.0.asWritten,
        version: place == 0 ? nil : found.1.record.current, anyState: true)
    }
    guard let first = all.first else { return Demands(Demand(subject.backingUp, on: .server, named: "")) }
    return Demands(first, and: Array(all.dropFirst()))
  }

  /// Opening and sealing a few is nothing; an item may have hundreds.
  package func isSlow(_ prepared: [ProtectedKey]) -> Bool { prepared.count > 8 }

  package func perform(
    _ prepared: [ProtectedKey], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<[UInt8]> {
    guard let item = prepared.first?.record else { throw .permitMismatch }
    let contents = try describe(prepared.map(\.record)).canonicalBytes
    let backup = desk.custody.beginBackup(of: subject)
    for (place, key) in prepared.enumerated().dropFirst() {
      let record = key.record
      guard let material = record.version(record.current)?.material else {
        throw .object(.noMaterial(record.resourceName))
      }
      try permits.with(place) { (permit: borrowing Permit) throws(KMSError) in
        try backup.add(material, as: record.identity(of: record.current), permit: permit)
      }
    }
    let sealed = try permits.with(0) { (permit: borrowing Permit) throws(KMSError) in
      try backup.seal(contents, of: item.id, permit: permit)
    }
    return Performed(
      sealed.bytes,
      details: [
        AuditRecord.Detail(name: "backup", value: sealed.name),
        AuditRecord.Detail(name: "versions", value: String(prepared.count - 1)),
      ])
  }
}
