import KMSDomain
import KMSEngine
import WireJSON

/// What is kept of a version of a key beside what every version has.
struct KeyNotes: Hashable, Sendable {
  var type: KeyType
  /// In the order in which its owner listed them.
  var operations: [KeyOperation]
  var release: ReleasePolicy?
  /// Of the latest version alone; each takes it over from the one before.
  var rotation: RotationPolicy?
  /// The public one that an RSA key was made with; nil: the usual one, or one that came with the key.
  var exponent: Int64?
  /// How its owner brought this version; nil for one that was made here, and for those from before it was kept.
  var arrival: KeyArrival?

  init(
    _ type: KeyType, _ operations: [KeyOperation], release: ReleasePolicy? = nil,
    rotation: RotationPolicy? = nil, exponent: Int64? = nil, arrival: KeyArrival? = nil
  ) {
    self.arrival = arrival
    self.type = type
    self.operations = operations
    self.release = release
    self.rotation = rotation
    self.exponent = exponent
  }

  /// How the material of such a key is made.
  var making: NewObject.Source { exponent.map { .generatedRSA(exponent: $0) } ?? .generated(length: nil) }
}

/// How a key came into a vault that was made elsewhere. Texts are stored.
enum KeyArrival: String, Sendable {
  /// As a JSON Web Key with its private half: whoever sent it had it.
  case open
  /// Sealed to a key of the vault.
  case sealed
}

extension KeyNotes {
  private static let type = "kty"
  private static let operations = "keyOps"
  private static let rotation = "rotationPolicy"
  private static let exponent = "publicExponent"
  private static let arrival = "arrival"

  /// - Returns: nil for kinds that the protocol has no type for.
  init?(_ record: KeyRecord) {
    guard let family = record.spec.family else { return nil }
    let fields = VersionNotes(record).fields
    type =
      fields[KeyNotes.type].flatMap(KeyType.init)
      ?? KeyType(family, isHSM: record.home.kind == .managedHSM)
    operations =
      fields[KeyNotes.operations]?.split(separator: ",").compactMap { KeyOperation(rawValue: String($0)) }
      ?? KeyOperation.all(of: type, for: record)
    release = ReleasePolicy(kept: fields)
    exponent = fields[KeyNotes.exponent].flatMap { Int64($0) }
    arrival = fields[KeyNotes.arrival].flatMap(KeyArrival.init)
    rotation = fields[KeyNotes.rotation].flatMap { text in
      let document = try? JSONDocument(Array(text.utf8), limits: VaultLimits.json)
      return document.flatMap { RotationPolicy(kept: $0.root) }
    }
  }

  func keep(in fields: inout [String: String]) {
    fields[KeyNotes.type] = type.text
    fields[KeyNotes.operations] = operations.map(\.rawValue).joined(separator: ",")
    ReleasePolicy.keep(release, in: &fields)
    fields[KeyNotes.exponent] = exponent.map { String($0) }
    fields[KeyNotes.arrival] = arrival?.rawValue
    fields[KeyNotes.rotation] = rotation.map { policy in
      var json = JSONWriter()
      policy.write(id: nil, into: &json)
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }
}
