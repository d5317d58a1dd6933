package import KMSDomain
package import KMSEngine

/// A key that is at home elsewhere and has a name in a vault. The item of that name says which; the key itself knows nothing of it and lives by
/// the rules of its own protocol.
package struct Adoption: Sendable, Equatable {
  let home: Keyring
  let identifier: String
  /// The name was deleted: it leads nowhere until it is recovered.
  let isDeleted: Bool

  private static let field = "adopted"

  /// - Returns: nil for an item with versions of its own.
  init?(_ item: KeyRecord) {
    // Only these have more than one: most notes needn't be read.
    guard item.kind == .vaultItem, item.object.map({ $0.terms.count > 1 }) == true,
      let text = ItemNotes(item).fields[Adoption.field]
    else { return nil }
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let kind = Adoption.kinds.first(where: { $0.text == parts[0] })?.kind else {
      return nil
    }
    home = Keyring(account: item.home.account, region: item.home.region, kind: kind)
    identifier = parts[1]
    isDeleted = item.state.isPendingDeletion
  }

  var name: KeyName { KeyName(.identifier, identifier, in: home) }

  /// The key, as it is asked for by its name in the vault.
  func reference(at place: VaultPlace) -> KeyReference {
    KeyReference(.name(name), asWritten: place.object, at: place)
  }

  /// Whether this is what the key's only version is called.
  func isVersion(_ version: String) -> Bool {
    ItemNames.version(identifier) == version.lowercased()
  }

  func isTarget(_ record: KeyRecord) -> Bool { record.home == home && record.identifier == identifier }

  /// Those from which keys are adopted. Texts are stored.
  private static let kinds: [(kind: Keyring.Kind, text: String)] = [(.aws, "aws"), (.kmip, "kmip")]
}

extension Adoption {
  /// Gives a key of the vault's account and Region a name in it. It takes the right to that on the key and on the place where the name is.
  /// - Returns: nil for what can't be a name.
  package static func work(_ key: KeyReference, as name: String, in vault: Vault) -> ObjectWork? {
    guard ItemNames.isName(name) else { return nil }
    let names = ItemNames(vault: vault, collection: .keys)
    let place = names.place(name)
    let asked = KeyReference(key.target, asWritten: key.asWritten, at: place)
    return ObjectWork(
      "AdoptKey", in: vault.home, on: [ObjectWork.Input(.adoptVaultKey, on: asked, anyState: true)],
      making: [.adoptVaultKey]
    ) { scene throws(KMSError) in
      guard let record = scene.inputs.first?.record else { throw KMSError.permitMismatch }
      return ObjectPlan(makes: [try item(of: record, names, place, scene.now)], edits: [nil])
    }.made(at: place)
  }

  private static func item(
    of record: KeyRecord, _ names: ItemNames, _ place: VaultPlace, _ now: Instant
  ) throws(KMSError) -> NewObject {
    guard let kind = kinds.first(where: { $0.kind == record.home.kind }), isAdoptable(record),
      record.home.account == names.vault.home.account, record.home.region == names.vault.home.region,
      !record.state.isDestroyed, !record.state.isPendingDeletion
    else { throw .vault(.notAdoptable(record.resourceName)) }
    var notes = ItemNotes()
    notes.fields[field] = kind.text + "/" + record.identifier
    var item = names.item(place, notes.encoded, at: now)
    item.terms = [names.liveTerm, names.adoptedTerm(place)].sorted()
    return item
  }

  /// Whether vaults have such keys, or the public halves of such.
  private static func isAdoptable(_ record: KeyRecord) -> Bool {
    guard let family = record.spec.family else { return false }
    switch record.kind {
    case .symmetricKey, .privateKey: return true
    // ML-DSA is verified by keys that have their private half.
    case .publicKey: return family != .akp
    case .splitKey, .secret, .opaque, .certificate, .certificateRequest, .pgpKey, .template, .vaultItem:
      return false
    }
  }
}

extension VaultCall {
  /// The key that a name leads to.
  /// - Returns: nil where its own protocol has destroyed it.
  func key(of adoption: Adoption, at place: VaultPlace) async throws(AzureError) -> KeyRecord? {
    do throws(KMSError) {
      let record = try await engine.desk.key(adoption.reference(at: place)).record
      return record.state.isDestroyed ? nil : record
    } catch .keyNotFound {
      return nil
    } catch {
      throw AzureError(error, about: VaultSubject(.keys, place.name ?? ""), in: self)
    }
  }

  /// Whose name it is, if a key was adopted by it.
  func adoption(of name: String) async throws(AzureError) -> Adoption? {
    let names = ItemNames(vault: vault, collection: .keys)
    do throws(KMSError) {
      return Adoption(try await engine.desk.key(names.item(names.place(name))).record)
    } catch .keyNotFound {
      return nil
    } catch {
      throw AzureError(error, about: VaultSubject(.keys, name), in: self)
    }
  }

  /// The same with what is in memory. nil: nobody knows.
  func adoptionNow(of name: String) -> Adoption?? {
    let names = ItemNames(vault: vault, collection: .keys)
    return engine.desk.warmKey(names.item(names.place(name)).target).map { Adoption($0.record) }
  }

  /// The same call for what an adopted key is called by.
  func about(_ adoption: Adoption?) -> VaultCall {
    var call = self
    call.adoption = adoption
    return call
  }

  /// What vaults do with versions they can't do with an adopted key. Whoever hasn't the right is told that, and nothing of the key.
  func refuseAdopted(_ operation: String, _ action: Action, _ name: String) async -> AzureError {
    let place = VaultPlace(vault: vault.name.text, .keys, name)
    do throws(KMSError) {
      try await engine.run(
        FindNothing(operation, action, in: vault.home, place), as: caller, in: vault.home.region, from: origin
      )
      return .internalError
    } catch .keyNotFound {
      var error = AzureError.isAdopted(name)
      if adoption?.isDeleted == true { error = .isDeleted(VaultSubject(.keys, name)) }
      error.isRecorded = true
      return error
    } catch {
      return AzureError(error, about: VaultSubject(.keys, name), in: self)
    }
  }
}

extension AzureError {
  fileprivate static func isAdopted(_ name: String) -> AzureError {
    conflict(
      "The key \(name) was adopted: what it is made of, how long it lasts and when it rotates is for its own protocol to say.",
      inner: "KeyIsAdopted")
  }
}
