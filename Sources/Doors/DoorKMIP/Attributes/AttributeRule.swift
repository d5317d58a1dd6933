import WireKMIP

/// What holds of an attribute (KMIP 2.1 section 4; KMIP 1.4 section 3): which versions and objects have it, and who may do what
/// to it.
struct AttributeRule: Sendable {
  /// What clients may do themselves.
  struct Client: OptionSet, Sendable {
    let rawValue: UInt8

    /// When the object is made.
    static let give = Client(rawValue: 1)
    /// Later, when the object doesn't have it yet, or as one more value.
    static let add = Client(rawValue: 2)
    static let modify = Client(rawValue: 4)
    static let delete = Client(rawValue: 8)

    static let all: Client = [.give, .add, .modify, .delete]
    static let none: Client = []
  }

  /// What else decides whether it may be changed.
  enum Condition: Sendable {
    case none
    /// While the object is pre-active.
    case preActive
    /// While it is pre-active or active.
    case preActiveOrActive
    /// The same, and as long as the moment that it names hasn't come.
    case untilReached
    /// As long as nothing of it has been used.
    case unused
  }

  let tag: KMIPTag
  let first: KMIPVersion
  /// nil while it hasn't been taken away.
  let last: KMIPVersion?
  /// Types of objects that have it in 1.x. From 2.0 on it is every object's, but for those with `isNarrow`.
  let objects: ObjectTypes
  let isNarrow: Bool
  let isMultiple: Bool
  let client: Client
  let condition: Condition

  func isKnown(in version: KMIPVersion) -> Bool {
    version >= first && (last.map { version <= $0 } ?? true)
  }

  func applies(to type: KMIP.ObjectType, in version: KMIPVersion) -> Bool {
    (version >= .v2_0 && !isNarrow) || objects.contains(type)
  }
}

/// A set of types of objects.
struct ObjectTypes: OptionSet, Sendable {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }
  init(_ type: KMIP.ObjectType) { rawValue = 1 << UInt16(type.rawValue) }

  func contains(_ type: KMIP.ObjectType) -> Bool { contains(ObjectTypes(type)) }

  static let certificates = ObjectTypes(.certificate)
  static let pairs: ObjectTypes = [ObjectTypes(.privateKey), ObjectTypes(.publicKey)]
  static let templates = ObjectTypes(.template)
  static let opaque = ObjectTypes(.opaqueObject)
  static let pgp = ObjectTypes(.pgpKey)
  static let requests = ObjectTypes(.certificateRequest)
  /// Keys and shares of keys.
  static let keys: ObjectTypes = [
    ObjectTypes(.symmetricKey), .pairs, ObjectTypes(.splitKey), .pgp,
  ]
  /// A one-time pad is a secret of that algorithm, too, as published test cases have it.
  static let secrets = ObjectTypes(.secretData)
  static let cryptographic: ObjectTypes = [.keys, .secrets, .certificates, .requests]
  /// Those whose material somebody else could keep.
  static let material: ObjectTypes = [
    ObjectTypes(.symmetricKey), ObjectTypes(.privateKey), ObjectTypes(.splitKey), ObjectTypes(.secretData),
  ]
  static let symmetric: ObjectTypes = [ObjectTypes(.symmetricKey), ObjectTypes(.splitKey)]
  static let all: ObjectTypes = [.cryptographic, .templates, .opaque]
}
