import KMSDomain
import KMSEngine
import WireJSON

// What the requests and answers of cryptographic operations have in common.

extension Input {
  /// - Returns: nil for symmetric encryption, which is also meant where nothing stands.
  mutating func encryptionAlgorithm(_ name: String) throws(AWSError) -> EncryptionAlgorithm? {
    guard let text = try text(name, .encryptionAlgorithm) else { return nil }
    return EncryptionAlgorithm.byName[text]
  }

  func isDryRun() throws(AWSError) -> Bool { try flag("DryRun") ?? false }
}

/// A ciphertext as requests name it; nil where the caller only asks about rights.
struct CiphertextMember {
  let bytes: [UInt8]?
  let isDryRun: Bool

  /// With `IGNORE_CIPHERTEXT` nobody looks at the ciphertext, so that it may be left out.
  init(_ input: inout Input) throws(AWSError) {
    isDryRun = try input.isDryRun()
    let modifiers = try input.texts("DryRunModifiers", ModelRange.dryRunModifiers, .dryRunModifier) ?? []
    guard !modifiers.isEmpty else {
      bytes = try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext)
      return
    }
    _ = try input.blob("CiphertextBlob", ModelRange.ciphertext)
    if !isDryRun { input.refuse(.validation("DryRunModifiers can only be specified when DryRun is true.")) }
    bytes = nil
  }
}

extension AWSCall {
  /// A ciphertext and the key that the caller named for it, if it named one.
  func source(
    _ ciphertext: CiphertextMember, by algorithm: EncryptionAlgorithm?, key: String?, member: String = "KeyId"
  ) throws(AWSError) -> CiphertextSource {
    let named: KeyReference?
    if let key { named = try self.key(key, .keysAndAliases) } else { named = nil }
    guard let bytes = ciphertext.bytes else {
      guard let named else { throw .validation("\(member) is required.") }
      return CiphertextSource(anyOf: named, by: algorithm, region: region)
    }
    guard algorithm == nil || named != nil else { throw .validation("\(member) is required.") }
    do throws(KMSError) {
      return try CiphertextSource(bytes, by: algorithm, named: named, region: region)
    } catch {
      throw AWSError(error, in: keyring)
    }
  }
}

extension JSONWriter {
  /// Reads the payload into the answer; it can be read no second time.
  mutating func secret(_ name: String, _ payload: Payload) {
    self.name(name)
    var writer = self
    self = JSONWriter(capacity: 0)
    _ = payload.readOnce { writer.base64($0) }
    self = writer
  }

  mutating func blob(_ name: String, _ bytes: [UInt8]) {
    self.name(name)
    base64(bytes.span)
  }

  mutating func algorithm(_ member: String, _ algorithm: KeyAlgorithm) {
    self.member(member, AWSVocabulary().name(of: algorithm))
  }

  /// Whatever the key can be used by, in a list for each kind of algorithm that there is.
  mutating func algorithms(of record: KeyRecord) {
    var lists: [String: [String]] = [:]
    for algorithm in record.spec.algorithms(for: record.purpose) {
      lists[algorithm.awsList, default: []].append(AWSVocabulary().name(of: algorithm))
    }
    for (name, algorithms) in lists.sorted(by: { $0.key < $1.key }) {
      self.name(name)
      beginArray()
      for algorithm in algorithms.sorted() { value(algorithm) }
      endArray()
    }
  }

  /// The public name of the material that was used; keys that never get other material have none.
  mutating func materialName(_ member: String, _ key: ProtectedKey, _ version: VersionID) {
    guard key.record.hasMaterialNames, let name = key.materialName(of: version) else { return }
    self.member(member, name)
  }
}

extension KeyAlgorithm {
  /// The member of `KeyMetadata` that lists algorithms of its kind.
  fileprivate var awsList: String {
    switch self {
    case .symmetric, .encryption: "EncryptionAlgorithms"
    case .signing: "SigningAlgorithms"
    case .mac: "MacAlgorithms"
    case .ecdh: "KeyAgreementAlgorithms"
    case .mlKEM: "EncapsulationAlgorithms"
    }
  }
}

extension KeyRecord {
  /// AWS names the material of symmetric encryption keys only.
  var hasMaterialNames: Bool { spec == .aes256 }
}
