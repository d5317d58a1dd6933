/// A name in a vault with all its versions, as its owner takes it away; material apart, which custody adds and nobody else sees.
package struct ItemBackup: Hashable, Sendable {
  package struct Version: Hashable, Sendable {
    /// What clients call it, 32 hex digits.
    package let version: String
    package let createdAt: Instant
    package let isSuspended: Bool
    package let object: ManagedObject

    package init(version: String, createdAt: Instant, isSuspended: Bool, object: ManagedObject) {
      self.version = version
      self.createdAt = createdAt
      self.isSuspended = isSuspended
      self.object = object
    }
  }

  /// The most versions of one backup: the latest, and the 500 past ones that Azure takes.
  package static let mostVersions = 501
  /// Bytes of a sealed backup.
  package static let longest = 3 << 20

  /// As its owner wrote it.
  package let name: String
  /// Of the item.
  package let notes: [UInt8]
  /// The first one first; never none.
  package let versions: [Version]

  package init(name: String, notes: [UInt8], versions: [Version]) {
    self.name = name
    self.notes = notes
    self.versions = versions
  }
}

extension ItemBackup: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("item-backup/1")
    fields.add(name)
    fields.add(notes)
    fields.add(list: versions) { fields, version in
      fields.add(version.version)
      fields.add(version.createdAt)
      fields.add(version.isSuspended ? 1 : 0)
      fields.add(version.object.canonicalBytes)
    }
  }

  /// - Returns: nil unless the bytes are exactly what `canonicalBytes` makes of some backup.
  package init?(canonical bytes: [UInt8]) {
    var reader = CanonicalReader(bytes)
    guard reader.text() == "item-backup/1", let name = reader.text(), let notes = reader.bytes(),
      let versions = reader.list(Version.read), (1...ItemBackup.mostVersions).contains(versions.count),
      reader.isAtEnd
    else { return nil }
    self.init(name: name, notes: notes, versions: versions)
  }
}

extension ItemBackup.Version {
  fileprivate static func read(_ reader: inout CanonicalReader) -> ItemBackup.Version? {
    guard let version = reader.text(), let moment = reader.moment(), let createdAt = moment,
      let suspended = reader.number(), suspended <= 1, let bytes = reader.bytes(),
      let object = ManagedObject(canonical: bytes)
    else { return nil }
    return ItemBackup.Version(
      version: version, createdAt: createdAt, isSuspended: suspended == 1, object: object)
  }
}

/// What a backup is of, and where it can be restored: in a vault of the same account, kind and collection, on any server with the same
/// root key.
package struct BackupSubject: Hashable, Sendable, CanonicallyEncoded {
  package let account: AccountID
  package let kind: Keyring.Kind
  package let collection: VaultPlace.Collection

  package init(account: AccountID, kind: Keyring.Kind, collection: VaultPlace.Collection) {
    self.account = account
    self.kind = kind
    self.collection = collection
  }

  package func encode(into fields: inout CanonicalFields) {
    fields.add("backup-subject/1")
    fields.add(account.text)
    fields.add(UInt64(kind.rawValue))
    fields.add(collection.rawValue)
  }

  /// The right to take a backup of it.
  package var backingUp: Action {
    switch collection {
    case .keys: .backUpVaultKey
    case .secrets: .backUpSecret
    }
  }

  /// The right to restore one.
  package var restoring: Action {
    switch collection {
    case .keys: .restoreVaultKey
    case .secrets: .restoreSecret
    }
  }
}
