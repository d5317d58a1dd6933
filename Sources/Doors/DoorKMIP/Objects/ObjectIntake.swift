import KMSDomain
import KMSEngine
import WireKMIP

/// One way in which an object may be kept.
struct ObjectIntake: Sendable {
  let spec: KeySpec
  /// Asked anew for each attempt, since material is handed over once.
  let source: @Sendable () -> NewObject.Source
}

extension ObjectIntake {
  /// As bytes that can be given out again, and used for little else.
  static func bytes(_ material: PlainValue.Material) -> ObjectIntake {
    let bytes: MaterialBytes
    switch material {
    case .bytes(let given): bytes = given
    case .numbers(let item): bytes = .encoding(item)
    }
    return ObjectIntake(spec: .bytes) { .given(.encoded(bytes.payload, .raw)) }
  }
}

/// What a client says a key is.
struct ClaimedKind: Hashable, Sendable {
  /// Vendors have algorithms of their own.
  let algorithm: UInt32?
  let length: Int32?
  let curve: KMIP.RecommendedCurve?

  init(_ attributes: AttributeList) {
    algorithm = attributes.value(.cryptographicAlgorithm)?.enumeration
    length = attributes.integer(.cryptographicLength)
    curve = attributes.value(.cryptographicDomainParameters)?[.recommendedCurve]?.enumeration()
  }

  var known: KMIP.CryptographicAlgorithm? { algorithm.flatMap(KMIP.CryptographicAlgorithm.init(rawValue:)) }

  /// All of them name keys over elliptic curves.
  private static let overCurves: Set<KMIP.CryptographicAlgorithm> = [.ec, .ecdsa, .ecdh, .ecmqv]

  /// Whether a key of that kind is what was claimed, as far as something was.
  func fits(_ spec: KeySpec) -> Bool {
    guard let kind = spec.kmip else { return false }
    if let algorithm, algorithm != kind.algorithm.rawValue {
      guard let known, ClaimedKind.overCurves.contains(known), ClaimedKind.overCurves.contains(kind.algorithm)
      else { return false }
    }
    guard let length, let own = kind.length else { return true }
    return length == own
  }
}

/// What an object may be kept as, the best first. What isn't sound material of the kind that it claims to be is kept all the same, as
/// bytes.
struct IntakeJudge {
  let custody: any KeyCustody
  let claim: ClaimedKind

  /// - Throws: `invalidMessage` for a transparent key that lacks numbers.
  func choices(
    _ type: KMIP.ObjectType, _ format: KMIP.KeyFormatType?, _ material: PlainValue.Material
  ) throws(KMIPFault) -> [ObjectIntake] {
    let kept = ObjectIntake.bytes(material)
    let proper: ObjectIntake? =
      switch type {
      case .symmetricKey: symmetric(material)
      case .privateKey: try privateKey(format, material)
      case .publicKey: try publicKey(format, material)
      case .certificate, .splitKey, .template, .secretData, .opaqueObject, .pgpKey, .certificateRequest: nil
      }
    return [proper, kept].compactMap { $0 }
  }

  private func symmetric(_ material: PlainValue.Material) -> ObjectIntake? {
    guard case .bytes(let bytes) = material, let algorithm = claim.known,
      let length = Int32(exactly: bytes.count * 8),
      let spec = KMIPKeyKind(algorithm, length).spec, !spec.isAsymmetric,
      spec.secretLength.map({ $0 == bytes.count }) ?? (bytes.count > 0)
    else { return nil }
    // Lengths of Triple DES are said with parity and without.
    guard claim.length == nil || claim.length == length || algorithm == .des3 else { return nil }
    return ObjectIntake(spec: spec) { .given(.encoded(bytes.payload, .raw)) }
  }

  // MARK: Private keys

  private func privateKey(
    _ format: KMIP.KeyFormatType?, _ material: PlainValue.Material
  ) throws(KMIPFault) -> ObjectIntake? {
    switch material {
    case .numbers(let item): return try privateNumbers(format, item)
    case .bytes(let bytes):
      guard let form = format?.privateForm,
        let spec = form == .raw ? rawKind : custody.kind(of: bytes.payload, in: form), claim.fits(spec)
      else { return nil }
      return ObjectIntake(spec: spec) { .given(.encoded(bytes.payload, form)) }
    }
  }

  /// Kinds whose private keys are bytes without any structure.
  private static let bare: Set<KeySpec> = [.ed25519, .ed448, .x25519, .x448]

  /// Of a private key that is nothing but its bytes.
  private var rawKind: KeySpec? {
    guard let algorithm = claim.known,
      let spec = KMIPKeyKind(algorithm, claim.length, claim.curve).spec
    else { return nil }
    return IntakeJudge.bare.contains(spec) ? spec : nil
  }

  private func privateNumbers(
    _ format: KMIP.KeyFormatType?, _ item: TTLVItem
  ) throws(KMIPFault) -> ObjectIntake? {
    guard let layout = TransparentLayout(format) else { return nil }
    let numbers = try layout.read(item)
    guard let spec = try spec(layout, item, numbers), claim.fits(spec) else { return nil }
    return ObjectIntake(spec: spec) {
      var payloads: [KeyComponent: Payload] = [:]
      for (component, number) in numbers { payloads[component] = MaterialBytes.value(number).payload }
      return .given(.components(payloads))
    }
  }

  private func spec(
    _ layout: TransparentLayout, _ item: TTLVItem, _ numbers: [KeyComponent: TTLVItem]
  ) throws(KMIPFault) -> KeySpec? {
    switch layout.format {
    case .transparentRSAPrivateKey, .transparentRSAPublicKey:
      KMIPKeyKind(.rsa, numbers[.modulus].map(\.bits)).spec
    case .transparentDSAPrivateKey, .transparentDSAPublicKey: .dsa
    case .transparentDHPrivateKey, .transparentDHPublicKey: .dh
    default: try layout.curve(item).flatMap { KMIPKeyKind(.ec, nil, $0).spec }
    }
  }

  // MARK: Public keys

  private func publicKey(
    _ format: KMIP.KeyFormatType?, _ material: PlainValue.Material
  ) throws(KMIPFault) -> ObjectIntake? {
    guard let half = try publicHalf(format, material), claim.fits(half.spec) else { return nil }
    return ObjectIntake(spec: half.spec) { .publicKey(half.publicKey) }
  }

  private func publicHalf(
    _ format: KMIP.KeyFormatType?, _ material: PlainValue.Material
  ) throws(KMIPFault) -> PublicHalf? {
    switch material {
    case .bytes(let bytes):
      guard let form = format?.publicForm else { return nil }
      return try? custody.publicHalf(bytes.copy, in: form, form == .raw ? pointKind : nil)
    case .numbers(let item):
      guard let layout = TransparentLayout(format) else { return nil }
      let numbers = try layout.read(item)
      guard let spec = try spec(layout, item, numbers) else { return nil }
      return try? custody.publicHalf(numbers.mapValues { MaterialBytes.value($0).copy }, spec)
    }
  }

  /// Of a public key that is nothing but a point.
  private var pointKind: KeySpec? {
    claim.known.flatMap { KMIPKeyKind($0, claim.length, claim.curve).spec }
  }
}

extension KMIP.KeyFormatType {
  /// nil for formats that private keys don't have as bytes.
  var privateForm: MaterialForm? {
    switch self {
    case .raw: .raw
    case .pkcs1: .pkcs1
    case .pkcs8: .pkcs8
    case .ecPrivateKey: .sec1
    default: nil
    }
  }

  /// nil for formats that public keys don't have as bytes.
  var publicForm: PublicForm? {
    switch self {
    case .raw: .raw
    case .pkcs1: .pkcs1
    case .x509: .spki
    default: nil
    }
  }
}

extension TTLVItem {
  /// Significant ones of a Big Integer that isn't negative.
  fileprivate var bits: Int32 {
    withValue { bytes in
      guard let first = bytes.indices.first(where: { bytes[$0] != 0 }) else { return 0 }
      return Int32(clamping: (bytes.count - first) * 8 - bytes[first].leadingZeroBitCount)
    }
  }
}
