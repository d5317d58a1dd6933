package import KMSDomain
import KMSSecrets
import Synchronization

extension SoftwareCustody {
  package func beginBackup(of subject: BackupSubject) -> any BackupSealing {
    BackupInTheMaking(self, of: subject)
  }

  package func openBackup(
    _ backup: [UInt8], of subject: BackupSubject
  ) throws(KMSError) -> any OpenedBackup {
    do throws(CryptoFailure) {
      let (name, text) = try BackupFormat.open(backup, of: subject, by: storeKeys.backups)
      guard let parts = text.bytes.withBytes({ bytes in BackupFormat.Parts(bytes) }) else {
        throw CryptoFailure.rejected
      }
      return BackupAtHand(self, of: subject, name, text, parts)
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }
}

/// Collects what is to be sealed.
private final class BackupInTheMaking: BackupSealing {
  private struct State {
    var materials: [(terms: BackupTerms, bytes: Secret)] = []
    var isSealed = false
  }

  private let custody: SoftwareCustody
  private let subject: BackupSubject
  private let state = Mutex(State())

  init(_ custody: SoftwareCustody, of subject: BackupSubject) {
    self.custody = custody
    self.subject = subject
  }

  func add(
    _ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(subject.backingUp, key: identity.key, version: identity.version)
    guard !material.isOnDevice else {
      throw .unsupportedAlgorithm("keys on a token stay there: they can't be backed up")
    }
    guard let epoch = custody.epochs[material.epoch] else { throw .corrupt(.keyMaterial) }
    do throws(CryptoFailure) {
      let opened = try epoch.keys.open(
        material.bytes, aad: BlobIdentity.version(identity, in: custody.store))
      let secret = Secret(opened)
      state.withLock { $0.materials.append((BackupTerms(identity), secret)) }
    } catch {
      throw error == .rejected ? .corrupt(.keyMaterial) : .custodyUnavailable
    }
  }

  func seal(_ contents: [UInt8], of item: KeyID, permit: borrowing Permit) throws(KMSError) -> SealedBackup {
    try permit.check(subject.backingUp, key: item, version: nil)
    let materials = state.withLock { state -> [(terms: BackupTerms, bytes: Secret)]? in
      defer { state = State(isSealed: true) }
      return state.isSealed ? nil : state.materials
    }
    guard let materials else { throw .custodyUnavailable }
    var parts = [Secret(BackupFormat.front(contents, materials: materials.count))]
    for (terms, bytes) in materials {
      parts.append(Secret(BackupFormat.front(terms, length: bytes.bytes.count)))
      parts.append(bytes)
    }
    let text = Secret.joined(parts)
    guard text.count <= ItemBackup.longest - BackupFormat.headerLength - AESGCM.tagLength else {
      throw .cryptography(.dataLength)
    }
    return try CryptoFailure.unavailable { () throws(CryptoFailure) in
      try BackupFormat.seal(text, of: subject, by: custody.storeKeys.backups)
    }
  }
}

/// A backup, open.
private final class BackupAtHand: OpenedBackup {
  let name: String
  let contents: [UInt8]
  let terms: [BackupTerms]
  private let custody: SoftwareCustody
  private let subject: BackupSubject
  private let text: Secret
  private let materials: [Range<Int>]

  init(
    _ custody: SoftwareCustody, of subject: BackupSubject, _ name: String, _ text: Secret,
    _ parts: BackupFormat.Parts
  ) {
    self.custody = custody
    self.subject = subject
    self.name = name
    self.text = text
    contents = parts.contents
    terms = parts.terms
    materials = parts.materials
  }

  func take(
    _ place: Int, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try permit.check(subject.restoring, key: identity.key, version: identity.version)
    // What may not leave here doesn't become what may by going away and coming back.
    guard terms.indices.contains(place), terms[place] == BackupTerms(identity) else { throw .permitMismatch }
    let spec = identity.spec
    guard spec.isInLibrary else {
      throw .unsupportedAlgorithm(SoftwareCustody.absence(spec.standardName))
    }
    let material = text.bytes.slice(materials[place])
    guard spec.isAsymmetric else {
      if let length = spec.secretLength, material.count != length { throw .incorrectKeyMaterial }
      return try custody.wrap(material, as: identity)
    }
    return try custody.wrap(try BackupAtHand.pair(material, spec), written: material, as: identity)
  }

  /// What was sealed was sound: it only has to work.
  private static func pair(
    _ material: borrowing SecretBytes, _ spec: KeySpec
  ) throws(KMSError) -> KeyPair {
    do throws(CryptoFailure) {
      let pair = try KeyPair(pkcs8: material, spec, checked: false)
      try pair.test()
      return pair
    } catch {
      throw .incorrectKeyMaterial
    }
  }
}
