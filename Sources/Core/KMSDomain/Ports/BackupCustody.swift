/// Seals copies of objects that their owners keep, and opens them: here, and on every server that has the same root key. They don't
/// depend on any epoch, nor on anything that is stored.
package protocol BackupCustody: Sendable {
  /// Begins a backup. Nothing comes out before it is sealed, so beginning takes no permit.
  func beginBackup(of subject: BackupSubject) -> any BackupSealing

  /// Opens a backup. Opening alone lets no material out, so it takes no permit.
  /// - Throws: `KMSError.invalidCiphertext` for whatever isn't a backup of just that, by this root key, without saying why.
  func openBackup(_ backup: [UInt8], of subject: BackupSubject) throws(KMSError) -> any OpenedBackup
}

/// A backup that is being made.
package protocol BackupSealing: AnyObject, Sendable {
  /// Adds material, also such as may not leave otherwise: it stays sealed. Permit: the subject's right to back up, on that key and
  /// version.
  /// - Throws: `KMSError.corrupt(.keyMaterial)`.
  func add(_ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit) throws(KMSError)

  /// Permit: the subject's right to back up, on the key of the item, without a version.
  /// - Parameter contents: what is known beside the material; it is sealed too.
  /// - Throws: `KMSError.cryptography(.dataLength)` for more than `ItemBackup.longest`; `custodyUnavailable`, also for a second time.
  func seal(_ contents: [UInt8], of item: KeyID, permit: borrowing Permit) throws(KMSError) -> SealedBackup
}

/// A backup for its owner to keep.
package struct SealedBackup: Sendable {
  package let bytes: [UInt8]
  /// Tells backups apart, for the audit record; 32 hex digits.
  package let name: String

  package init(bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }
}

package protocol OpenedBackup: AnyObject, Sendable {
  /// See `SealedBackup.name`.
  var name: String { get }
  var contents: [UInt8] { get }
  /// Of each material that is in it, in the order in which they were added.
  var terms: [BackupTerms] { get }

  /// Wraps the material at a place for this server. Permit: the subject's right to restore, on that key and version.
  /// - Throws: `KMSError.permitMismatch` for an identity of other terms; `incorrectKeyMaterial`; `unsupportedAlgorithm`.
  func take(
    _ place: Int, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial
}

/// What holds of material for good, wherever it is restored.
package struct BackupTerms: Hashable, Sendable {
  package let spec: KeySpec
  package let usages: KeyUsages
  package let origin: KeyOrigin
  package let exportable: Bool

  package init(spec: KeySpec, usages: KeyUsages, origin: KeyOrigin, exportable: Bool) {
    self.spec = spec
    self.usages = usages
    self.origin = origin
    self.exportable = exportable
  }

  package init(_ identity: VersionIdentity) {
    self.init(
      spec: identity.spec, usages: identity.usages, origin: identity.origin, exportable: identity.exportable)
  }
}
