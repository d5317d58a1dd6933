import KMSDomain
import KMSEngine
import WireKMIP

/// How an object leaves, decided once it is known.
struct ObjectOutput: Sendable {
  /// What stands in its place in the answer.
  enum Value: Sendable {
    /// Only its owner has it.
    case absent
    /// The material, a Byte String.
    case bytes
    /// The material as the one field of a transparent symmetric key.
    case key
    /// The material is the Key Material structure itself.
    case structure
    case numbers(TransparentLayout)
    case publicBytes([UInt8])
    case publicNumbers(TransparentLayout, [KeyComponent: [UInt8]])
    /// A PKCS#12 store.
    case store
    /// Wrapped as it came.
    case registered
  }

  let format: UInt32
  let value: Value
  /// What is asked of custody for that.
  let form: ExportObject.Form

  init(_ format: UInt32, _ value: Value, _ form: ExportObject.Form) {
    self.format = format
    self.value = value
    self.form = form
  }
}

extension KMIPObject {
  /// As it was registered; numbers of vendors come out too.
  var registeredFormat: UInt32? { facts.format ?? keyFormat?.rawValue }

  /// Whether it came wrapped, and can be given back so.
  var isRegisteredWrapped: Bool { facts.isWrapped }

  /// Whether there is nothing here but what it was wrapped in.
  var isOnlyWrapped: Bool { isRegisteredWrapped && record.versions.allSatisfy { $0.material == nil } }

}

/// Chooses how objects leave.
struct OutputJudge {
  let custody: any KeyCustody
  let version: KMIPVersion
  let format: UInt32?
  let wrapType: KMIP.KeyWrapType?
  let compression: KMIP.KeyCompressionType?
  /// Whether keys protect the object on its way.
  let isWrapping: Bool
  /// Whether they hide it.
  let isHiding: Bool
  /// Certificates for a store, that of the key first.
  let certificates: [[UInt8]]

  /// - Throws: `objectArchived`, `notExtractable`, `sensitive`, `keyValueNotPresent`, `keyFormatTypeNotSupported`,
  ///   `keyCompressionTypeNotSupported`, `invalidObjectType`; `featureNotSupported` for what the client's version can't be told.
  func output(of object: KMIPObject) throws(KMIPFault) -> ObjectOutput {
    try object.requireWords(in: version)
    let output = try choice(for: object)
    try output.require(version, for: object)
    return output
  }

  private func choice(for object: KMIPObject) throws(KMIPFault) -> ObjectOutput {
    guard !object.isArchived else { throw KMIPFault(.objectArchived, "The object is in the archive.") }
    let registered = object.registeredFormat ?? KMIP.KeyFormatType.raw.rawValue
    guard object.type != .template || isWrapping else { return ObjectOutput(registered, .absent, .none) }
    if object.isValueElsewhere {
      guard !isWrapping else { throw KMIPFault(.keyValueNotPresent, "Only the owner has the material.") }
      return ObjectOutput(registered, .absent, .none)
    }
    guard object.isExtractable else {
      throw KMIPFault(.notExtractable, "The object's material stays in the server.")
    }
    if leavesAsRegistered(object) { return ObjectOutput(registered, .registered, .none) }
    guard !object.isSensitive || isHiding else {
      throw KMIPFault(.sensitive, "The object's material leaves only wrapped.")
    }
    guard !isWrapping || (object.type.value == nil && object.type != .template) else {
      throw KMIPFault(.invalidObjectType, "Such an object isn't wrapped.")
    }
    return try value(of: object, in: try wanted(object, registered))
  }

  /// Unless the client wants it otherwise.
  private func leavesAsRegistered(_ object: KMIPObject) -> Bool {
    object.isRegisteredWrapped && wrapType != .notWrapped && !isWrapping
  }

  /// The format that the client asked for, or in which the object came, where its version has that.
  private func wanted(_ object: KMIPObject, _ registered: UInt32) throws(KMIPFault) -> UInt32 {
    if let format { return format }
    let isKnown = registered >> 28 == 8 || KMIPRegistry.isKnown(registered, in: .keyFormatType, version)
    if isKnown, !isWrapping || !isNumbers(registered, of: object) { return registered }
    switch object.type {
    case .privateKey: return KMIP.KeyFormatType.pkcs8.rawValue
    case .publicKey: return KMIP.KeyFormatType.x509.rawValue
    case .symmetricKey: return KMIP.KeyFormatType.raw.rawValue
    case .certificate, .splitKey, .template, .secretData, .opaqueObject, .pgpKey, .certificateRequest:
      throw .noSuchFormat
    }
  }

  /// Whether the key consists of several numbers in that format: then it is wrapped in another.
  private func isNumbers(_ format: UInt32, of object: KMIPObject) -> Bool {
    object.record.spec != .bytes && TransparentLayout(KMIP.KeyFormatType(rawValue: format)) != nil
  }

  private func value(of object: KMIPObject, in format: UInt32) throws(KMIPFault) -> ObjectOutput {
    guard object.record.spec != .bytes else { return try kept(object, format) }
    guard let known = KMIP.KeyFormatType(rawValue: format) else { throw .noSuchFormat }
    switch object.type {
    case .symmetricKey: return try symmetric(known)
    case .privateKey: return try privateKey(object, known)
    case .publicKey: return try publicKey(object, known)
    case .certificate, .splitKey, .template, .secretData, .opaqueObject, .pgpKey, .certificateRequest:
      throw .noSuchFormat
    }
  }

  // MARK: Kinds

  /// What is kept as bytes leaves as it came, but that bytes are bytes under several names.
  private func kept(_ object: KMIPObject, _ format: UInt32) throws(KMIPFault) -> ObjectOutput {
    let registered = object.registeredFormat
    let plain: Set<KMIP.KeyFormatType?> = [.raw, .opaque]
    let known = KMIP.KeyFormatType(rawValue: format)
    let isSame =
      format == registered || object.type.value != nil
      || (plain.contains(known) && plain.contains(registered.flatMap(KMIP.KeyFormatType.init(rawValue:))))
      || (object.type == .symmetricKey && (known == .raw || known == .transparentSymmetricKey))
    guard isSame else { throw .noSuchFormat }
    if known == .transparentSymmetricKey { return ObjectOutput(format, .key, .encoded(.raw)) }
    let isStructure = known?.isStructure ?? false
    return ObjectOutput(format, isStructure ? .structure : .bytes, .encoded(.raw))
  }

  private func symmetric(_ format: KMIP.KeyFormatType) throws(KMIPFault) -> ObjectOutput {
    switch format {
    case .raw: return ObjectOutput(format.rawValue, .bytes, .encoded(.raw))
    case .transparentSymmetricKey: return ObjectOutput(format.rawValue, .key, .encoded(.raw))
    default: throw .noSuchFormat
    }
  }

  private func privateKey(
    _ object: KMIPObject, _ format: KMIP.KeyFormatType
  ) throws(KMIPFault) -> ObjectOutput {
    if format == .pkcs12 {
      let name = object.kept.text(.pkcs12FriendlyName)
      return ObjectOutput(
        format.rawValue, .store, .bundle(certificates: certificates, friendlyName: name))
    }
    if let form = format.privateForm {
      guard object.record.spec.hasForm(form) else { throw .noSuchFormat }
      return ObjectOutput(format.rawValue, .bytes, .encoded(form))
    }
    guard let layout = TransparentLayout(format), object.record.spec.hasLayout(format) else {
      throw .noSuchFormat
    }
    return ObjectOutput(format.rawValue, .numbers(layout), .components)
  }

  private func publicKey(
    _ object: KMIPObject, _ format: KMIP.KeyFormatType
  ) throws(KMIPFault) -> ObjectOutput {
    let record = object.record
    guard let spki = record.version(record.current)?.publicKey else {
      throw KMIPFault(.keyValueNotPresent, "The server doesn't have the object's material.")
    }
    let half = PublicHalf(spec: record.spec, publicKey: spki)
    do throws(KMSError) {
      if let form = format.publicForm {
        guard form == .raw || compression.isUncompressed else { throw .cryptography(.form) }
        let bytes = try custody.write(half, as: form)
        return ObjectOutput(
          format.rawValue, .publicBytes(try compressed(bytes, if: form == .raw, record.spec)), .none)
      }
      guard let layout = TransparentLayout(format), record.spec.hasLayout(format) else {
        throw .cryptography(.form)
      }
      var numbers = try custody.components(of: half)
      if let point = numbers[.publicPoint] {
        numbers[.publicPoint] = try compressed(point, if: true, record.spec)
      }
      return ObjectOutput(format.rawValue, .publicNumbers(layout, numbers), .none)
    } catch {
      throw .noSuchFormat
    }
  }

  /// A point of a curve over a prime field as its x and the parity of its y (SEC 1 section 2.3.3).
  private func compressed(
    _ point: [UInt8], if isPoint: Bool, _ spec: KeySpec
  ) throws(KMSError) -> [UInt8] {
    guard isPoint, !compression.isUncompressed else { return point }
    guard compression == .ecPublicKeyTypeX9_62CompressedPrime, point.count > 2, point.count & 1 == 1,
      point[0] == 4
    else { throw .cryptography(.form) }
    return [2 | (point[point.count - 1] & 1)] + point[1...(point.count / 2)]
  }
}

extension KMIP.KeyCompressionType? {
  fileprivate var isUncompressed: Bool { self == nil || self == .ecPublicKeyTypeUncompressed }
}

extension KeySpec {
  /// Which kinds of private keys are written in a form.
  fileprivate func hasForm(_ form: MaterialForm) -> Bool {
    switch form {
    case .pkcs8: isAsymmetric
    case .pkcs1: modulusLength != nil
    case .sec1: keyClass == .ecdsa
    case .raw: keyClass == .edDSA || self == .x25519 || self == .x448
    }
  }

  /// Which consist of the numbers of a transparent format.
  fileprivate func hasLayout(_ format: KMIP.KeyFormatType) -> Bool {
    switch format {
    case .transparentRSAPrivateKey, .transparentRSAPublicKey: modulusLength != nil
    case .transparentDSAPrivateKey, .transparentDSAPublicKey: self == .dsa
    case .transparentDHPrivateKey, .transparentDHPublicKey: self == .dh
    default: keyClass == .ecdsa
    }
  }
}
