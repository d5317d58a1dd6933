import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// Backups of names of every collection, with all their versions: they are taken, and restored in another place.
struct ItemBackups: Sendable {
  private let call: VaultCall
  private let names: ItemNames
  private let subject: BackupSubject

  init(_ call: VaultCall, _ collection: VaultPlace.Collection) {
    self.call = call
    names = ItemNames(vault: call.vault, collection: collection)
    subject = BackupSubject(
      account: call.vault.home.account, kind: call.vault.home.kind, collection: collection)
  }

  private static let attempts = 4
  /// A door's own number: the item has got another version since its versions were listed.
  private static let hasMoreVersions: UInt32 = 1

  func backUp(_ name: String, _ operation: String) async throws(AzureError) -> VaultAnswer {
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let place = names.place(name)
    let life = ItemLife(call, names.collection)
    for attempt in 0..<ItemBackups.attempts {
      // What another protocol is about to destroy isn't to outlive that.
      let versions = try await life.versions(place, subject.backingUp).reversed()
        .filter { !$0.state.isPendingDeletion }
      let references = versions.map { names.reference($0.identifier, place) }
      let work = BackUpItem(operation, of: subject, names.item(place), references) {
        [collection = names.collection] records throws(KMSError) in
        try ItemBackups.describe(records, collection)
      }
      do throws(KMSError) {
        let backup = try await call.engine.run(
          work, as: call.caller, in: call.vault.home.region,
          from: attempt == 0 ? call.origin : call.aside.origin)
        return .json { json in
          json.beginObject()
          json.member("value", bytes: backup)
          json.endObject()
        }
      } catch .object(.refused(ItemBackups.hasMoreVersions, _)) {
        continue
      } catch .cryptography(.dataLength) {
        var error = AzureError.badParameter(
          "The \(life.subject(name).kind.lowercased()) is too large to be backed up.")
        error.isRecorded = true
        throw error
      } catch {
        throw await call.told(error, of: work, about: life.subject(name))
      }
    }
    throw AzureError(.contention, about: life.subject(name), in: call)
  }

  /// - Returns: the latest version.
  func restore(_ operation: String) async throws(AzureError) -> KeyRecord {
    let body = try call.document()
    let blob = try AzureError.reading { () throws(KeyFault) in
      try body.required(bytes: "value")
    }
    guard let found = try await open(blob) else { throw await refuse(operation) }
    let (opened, backup) = found
    let place = names.place(backup.name)
    let life = ItemLife(call, names.collection)
    let names = names
    let action = subject.restoring
    let work = ObjectWork(
      operation, in: call.vault.home, making: [action] + backup.versions.map { _ in action }
    ) { scene throws(KMSError) in
      let item = names.item(place, backup.notes, at: scene.now)
      let versions = backup.versions.indices.map { names.restored(backup, $0, from: opened, place) }
      return ObjectPlan(makes: [item] + versions)
    }
    .made(at: place).noting([AuditRecord.Detail(name: "backup", value: opened.name)])
    do throws(KMSError) {
      let answer = try await call.engine.run(
        work, as: call.caller, in: call.vault.home.region, from: call.origin)
      guard let latest = answer.made.last else { throw KMSError.permitMismatch }
      return latest.record
    } catch .object(.nameTaken) {
      throw AzureError(await conflict(place), about: life.subject(backup.name), in: call)
    } catch {
      throw AzureError(error, about: life.subject(backup.name), in: call)
    }
  }

  /// - Returns: nil for what is no backup that could be restored in such a vault.
  private func open(_ blob: [UInt8]) async throws(AzureError) -> (any OpenedBackup, ItemBackup)? {
    let work = OpenItemBackup(blob, of: subject, in: call.vault.name, at: names.all)
    do throws(KMSError) {
      let opened = try await call.engine.run(
        work, as: call.caller, in: call.vault.home.region, from: call.aside.origin)
      guard let backup = ItemBackup(canonical: opened.contents),
        backup.versions.count == opened.terms.count, ItemNames.isName(backup.name),
        backup.versions.allSatisfy({ ItemNames.isVersion($0.version) })
      else { return nil }
      return (opened, backup)
    } catch .invalidCiphertext {
      return nil
    } catch {
      throw AzureError(error, about: VaultSubject(names.collection, ""), in: call)
    }
  }

  /// Only whoever has the right is told that it is no backup.
  private func refuse(_ operation: String) async -> AzureError {
    let fault = KeyFault.badParameter("Backup blob contains invalid or corrupt version.")
    let work = ObjectWork(operation, in: call.vault.home, making: [subject.restoring]) {
      _ throws(KMSError) in throw fault.asError
    }
    .made(at: names.all)
    do throws(AzureError) {
      _ = try await call.run(work, about: VaultSubject(names.collection, ""))
      return .internalError
    } catch {
      return error
    }
  }

  /// Why the name isn't free; the caller has the right to know.
  private func conflict(_ place: VaultPlace) async -> KMSError {
    do throws(KMSError) {
      let item = try await call.engine.desk.key(names.item(place))
      return .vault(item.record.state.isPendingDeletion ? .itemIsDeleted(place) : .itemExists(place))
    } catch {
      return .vault(.itemExists(place))
    }
  }
}

extension ItemBackups {
  /// - Parameter records: the item, then its versions, the first one first.
  private static func describe(
    _ records: [KeyRecord], _ collection: VaultPlace.Collection
  ) throws(KMSError) -> ItemBackup {
    guard let item = records.first, let place = item.object?.place, let name = place.name else {
      throw .permitMismatch
    }
    guard !item.state.isPendingDeletion else { throw .vault(.itemNotFound(place)) }
    let versions = records.dropFirst()
    guard let latest = versions.last,
      latest.object?.names.contains(ItemNames.latestName(place)) == true
    else { throw .object(.refused(reason: hasMoreVersions, "")) }
    guard versions.count <= ItemBackup.mostVersions else {
      throw KeyFault.badParameter(
        "There are more than \(ItemBackup.mostVersions - 1) past versions: they can't be backed up."
      ).asError
    }
    return ItemBackup(
      name: name, notes: ItemNotes(item).encoded,
      versions: try versions.map { record throws(KMSError) in
        guard let object = record.object, !record.state.isPendingDeletion, !record.state.isDestroyed else {
          throw KMSError.object(.wrongState(record.resourceName))
        }
        return ItemBackup.Version(
          version: ItemNames.version(of: record),
          createdAt: VersionNotes(record).created ?? record.createdAt,
          isSuspended: record.state == .suspended, object: object)
      })
  }
}

extension ItemNames {
  /// A version of a backup as one of this vault. Only the last one is the latest.
  fileprivate func restored(
    _ backup: ItemBackup, _ index: Int, from opened: any OpenedBackup, _ place: VaultPlace
  ) -> NewObject {
    let (version, terms) = (backup.versions[index], opened.terms[index])
    let isLatest = index == backup.versions.count - 1
    var notes = VersionNotes(version.object.notes, of: version.createdAt)
    notes.created = version.createdAt
    let own = ItemNames.versionName(version.version, of: place)
    var made = NewObject(
      kind: version.object.kind, spec: terms.spec, usages: terms.usages, uses: version.object.uses,
      exportable: terms.exportable, isShared: version.object.isShared, dates: version.object.dates,
      limit: version.object.limit, names: isLatest ? [ItemNames.latestName(place), own] : [own],
      notes: notes.encoded, terms: [versionTerm(place)], place: place, source: .restored(opened, index))
    made.isSuspended = version.isSuspended
    made.renewal = isLatest ? version.object.renewal : nil
    return made
  }
}
