package import KMSDomain

/// Opens a backup that is to be restored in a vault, for whoever may restore there: nobody else learns whether it is one, or has
/// the server decrypt it.
package struct OpenItemBackup: Operation {
  private let backup: [UInt8]
  private let subject: BackupSubject
  private let vault: VaultName
  private let place: VaultPlace

  /// - Parameter place: the collection that it is restored in.
  package init(_ backup: [UInt8], of subject: BackupSubject, in vault: VaultName, at place: VaultPlace) {
    self.backup = backup
    self.subject = subject
    self.vault = vault
    self.place = place
  }

  package let operation = "OpenBackup"
  package var asked: Asked { Asked(subject.restoring, named: place.text) }
  /// What is restored of it counts.
  package var family: RequestFamily? { nil }
  package var demandBeforehand: Demand? {
    Demand(subject.restoring, about: vault, in: subject.account, at: place)
  }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(subject.restoring, about: vault, in: subject.account, at: place))
  }

  /// - Throws: `invalidCiphertext` for what is no backup of that.
  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<any OpenedBackup> {
    let opened = try desk.custody.openBackup(backup, of: subject)
    return Performed(opened, details: [AuditRecord.Detail(name: "backup", value: opened.name)])
  }
}
