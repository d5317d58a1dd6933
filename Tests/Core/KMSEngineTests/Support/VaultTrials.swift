import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

/// What is done to objects in vaults. Their attributes are a door's: here it is enough that something is read, made or written.
extension Trial {
  private static func list(_ action: Action, _ collection: VaultPlace.Collection) -> Trial {
    Trial(action, note: " for \(action)") { _ in
      ListPlaces(
        "List", action, in: World.objects, VaultPlace(vault: "v1", collection), by: [1], before: nil,
        limit: 25,
        matches: { _ in true })
    }
  }

  private static func backUp(_ collection: VaultPlace.Collection) -> Trial {
    let subject = BackupSubject(account: Fixtures.account, kind: .kmip, collection: collection)
    return Trial(subject.backingUp, about: .object, note: " for \(subject.backingUp)") { world in
      let key = World.reference(try world.objects.key)
      return BackUpItem("BackUp", of: subject, key, [key]) { _ in
        ItemBackup(name: "k", notes: [], versions: [])
      }
    }
  }

  static let createVaultKey = make(.createVaultKey)
  static let importVaultKey = make(.importVaultKey)
  static let readVaultKey = read(.readVaultKey)
  static let listVaultKeys = list(.listVaultKeys, .keys)
  static let updateVaultKey = change(.updateVaultKey)
  static let deleteVaultKey = change(.deleteVaultKey, note: ", scheduled") {
    ObjectEdit($0, events: [.scheduleDeletion], deletion: .distantFuture)
  }
  static let recoverVaultKey = change(.recoverVaultKey)
  static let purgeVaultKey = change(.purgeVaultKey, note: ", for good", anyState: true) {
    ObjectEdit($0, events: [.destroy], erases: true)
  }
  static let backUpVaultKey = backUp(.keys)
  static let restoreVaultKey = make(.restoreVaultKey)
  static let rotateVaultKey = change(.rotateVaultKey)
  static let readRotationPolicy = read(.readRotationPolicy)
  static let writeRotationPolicy = change(.writeRotationPolicy)
  static let releaseVaultKey = Trial(.releaseVaultKey, about: .object) { world in
    let modulus = [UInt8](repeating: 0xc3, count: 256)
    let half = try world.house.custody.publicHalf(
      [.modulus: modulus, .publicExponent: [1, 0, 1]], .rsa2048)
    let recipient = ReleaseVaultKey.Recipient(key: half, name: nil, hash: .sha256, authority: "authority")
    return ReleaseVaultKey(
      "Release", World.reference(try world.objects.key),
      by: TokenKeys(world.engine, custody: world.house.custody), judge: { _ in recipient },
      write: { _, _, _ in Array("{}".utf8) })
  }
  static let attestVaultKey = Trial(.attestVaultKey, about: .object) { world in
    AttestVaultKey(
      "Attest", World.reference(try world.objects.key),
      by: TokenKeys(world.engine, custody: world.house.custody), certifiedBy: TestCertifier(),
      judge: { _ in },
      write: { _, _, _ in AttestVaultKey.Claims(secretHalf: Array("{}".utf8), publicHalf: nil) })
  }
  static let adoptVaultKey = change(.adoptVaultKey)
  static let adoptByName = Trial(.adoptVaultKey, about: .object, note: " for adoptVaultKey, by a name") {
    world in
    let input = ObjectWork.Input(
      .adoptVaultKey, on: World.reference(try world.objects.key), anyState: true)
    return ObjectWork("Adopt", in: World.objects, on: [input], making: [.adoptVaultKey]) { _ in
      ObjectPlan(makes: [World.object(.template, .bytes, .none)], edits: [nil])
    }.made(at: VaultPlace(vault: "v1", .keys, "k"))
  }
  static let readDeletedVaultKey = read(.readDeletedVaultKey)
  static let listDeletedVaultKeys = list(.listDeletedVaultKeys, .keys)
  static let readSecret = read(.readSecret)
  static let listSecrets = list(.listSecrets, .secrets)
  static let setSecret = make(.setSecret)
  static let updateSecret = change(.updateSecret)
  static let deleteSecret = change(.deleteSecret, note: ", scheduled") {
    ObjectEdit($0, events: [.scheduleDeletion], deletion: .distantFuture)
  }
  static let recoverSecret = change(.recoverSecret)
  static let purgeSecret = change(.purgeSecret, note: ", for good", anyState: true) {
    ObjectEdit($0, events: [.destroy], erases: true)
  }
  static let backUpSecret = backUp(.secrets)
  static let restoreSecret = make(.restoreSecret)
}
