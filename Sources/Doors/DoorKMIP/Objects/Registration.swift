import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// An object that a client brings, on its way into the keyring: for Register and Import.
struct Registration {
  let name: String
  let action: Action
  let cause: ObjectDraft.Cause
  let call: KMIPCall
  let object: ReceivedObject
  /// What the client says of it.
  let attributes: AttributeList
  var unwrapping = Unwrapping.wherePossible
  /// Chosen by the client; nil: chosen here.
  var identifier: String?
  /// The object that makes room for it.
  var replaced: KeyReference?

  /// Whether a key is taken out of what it is wrapped in.
  enum Unwrapping {
    case always, never
    /// It stays in what a key wrapped that isn't here.
    case wherePossible
  }
}

extension Registration {
  /// - Returns: the identifier of the object; of several, that of the first.
  /// - Throws: as `ReceivedObject`, `KeyUnwrapping`, `ObjectDraft`; `invalidField` for what isn't an object of its type.
  func register() async throws(KMIPFault) -> String {
    guard let block = object.block else { return try await registerValue() }
    if block.knownFormat == .pkcs12 { return try await BundleRegistration(self).register() }
    guard let wrapping = block.wrapping else {
      switch block.value {
      case .absent: return try await registerDescription(block)
      case .bytes: throw .malformed("The key value")
      case .structure(let value, _):
        return try await register(
          block, try PlainValue(value, block.format, call.version), AttributeList())
      }
    }
    let (value, kept) = try wrapped(block)
    guard let plain = try await plain(value, wrapping, block.format) else {
      return try await registerWrapped(block, kept)
    }
    return try await register(block, plain, kept)
  }

  /// - Returns: nil where it stays wrapped.
  private func plain(
    _ value: TTLVItem, _ wrapping: KeyWrapping, _ format: UInt32
  ) async throws(KMIPFault) -> PlainValue? {
    guard unwrapping != .never else { return nil }
    do throws(KMIPFault) {
      return try await KeyUnwrapping(call: call).plain(value, wrapping: wrapping, format: format)
    } catch {
      guard unwrapping == .wherePossible, error.reason == .wrappingObjectNotFound else { throw error }
      return nil
    }
  }

  // MARK: What is kept beside the material

  /// What the block says, and what stands beside it.
  private func described(_ block: KeyBlock) -> AttributeList {
    var list = object.notes
    list.set(.keyFormatType) { $0.enumeration(.keyFormatType, block.format) }
    if let compression = block.compression { list.set(compression) }
    if let algorithm = block.algorithm {
      list.set(.cryptographicAlgorithm) { $0.enumeration(.cryptographicAlgorithm, algorithm) }
    }
    if let length = block.length { list.set(.cryptographicLength, to: length) }
    return list
  }

  /// The value of a wrapped key, and the notes by which it can be given back as it came.
  private func wrapped(_ block: KeyBlock) throws(KMIPFault) -> (TTLVItem, AttributeList) {
    let value: TTLVItem
    switch block.value {
    case .absent: throw .missing("The key value")
    case .bytes(let item), .structure(let item, _): value = item
    }
    var kept = AttributeList()
    kept.add(value, as: AttributeName(.keyValue))
    if let data = block.wrappingData { kept.add(data, as: AttributeName(.keyWrappingData)) }
    return (value, kept)
  }

  /// - Throws: `invalidAttributeValue` where block and attributes contradict each other.
  private func claim(_ served: AttributeList) throws(KMIPFault) -> ClaimedKind {
    var all = attributes
    if let given = all.value(.cryptographicAlgorithm)?.enumeration,
      let block = served.value(.cryptographicAlgorithm)?.enumeration, given != block
    {
      throw KMIPFault(.invalidAttributeValue, "The key block says another cryptographic algorithm.")
    }
    all.lay(served)
    return ClaimedKind(all)
  }

  // MARK: Ways

  private func registerValue() async throws(KMIPFault) -> String {
    guard let value = object.value else { throw .missing("The object") }
    var served = object.notes
    if object.type == .certificate { served.append(contentsOf: try certificateFacts(value)) }
    return try await make([.bytes(.bytes(.value(value)))], served)
  }

  /// - Throws: `invalidField` for what says that it is an X.509 certificate and isn't one.
  private func certificateFacts(_ value: TTLVItem) throws(KMIPFault) -> AttributeList {
    guard object.notes.enumeration(KMIP.CertificateType.self) == .x509 else { return AttributeList() }
    guard let facts = CertificateFacts(value.withValue { [UInt8](copying: $0) }) else {
      throw KMIPFault(.invalidField, "The value isn't an X.509 certificate.")
    }
    var list = facts.attributes()
    list.append(
      contentsOf: facts.keyAttributes.filter { attributes.first($0.tag) == nil })
    return list
  }

  private func register(
    _ block: KeyBlock, _ plain: PlainValue, _ kept: AttributeList
  ) async throws(KMIPFault) -> String {
    var served = described(block)
    served.append(contentsOf: kept)
    let judge = IntakeJudge(custody: call.door.engine.desk.custody, claim: try claim(served))
    let choices = try judge.choices(object.type, block.knownFormat, plain.material)
    return try await make(choices, served, inside: plain.attributes)
  }

  /// An object whose material its owner keeps.
  private func registerDescription(_ block: KeyBlock) async throws(KMIPFault) -> String {
    guard attributes.first(.keyValueLocation) != nil else { throw .missing("The key value") }
    var served = described(block)
    served.set(.keyValuePresent, to: false)
    return try await make([try bare(served)], served)
  }

  /// An object that stays in what it is wrapped in.
  private func registerWrapped(_ block: KeyBlock, _ kept: AttributeList) async throws(KMIPFault) -> String {
    var served = described(block)
    served.append(contentsOf: kept)
    return try await make([try bare(served)], served)
  }

  private func bare(_ served: AttributeList) throws(KMIPFault) -> ObjectIntake {
    let claim = try claim(served)
    let kind = claim.known.flatMap { KMIPKeyKind($0, claim.length, claim.curve).spec }
    return ObjectIntake(spec: kind ?? .bytes) { .none }
  }

  // MARK: Making

  /// Tries one way of keeping the object after the other: whether material is sound shows only when custody takes it.
  private func make(
    _ choices: [ObjectIntake], _ served: AttributeList, inside: AttributeList = AttributeList()
  ) async throws(KMIPFault) -> String {
    var given = inside
    given.lay(attributes)
    for (place, choice) in choices.enumerated() {
      let result = await call.makes(work(choice, given, served))
      switch result {
      case .success(let made):
        guard let made = made.first else { throw .noObject }
        return made.record.identifier
      case .failure(let error):
        guard error.isAboutMaterial, place + 1 < choices.count else { throw KMIPFault(error) }
      }
    }
    throw .noObject
  }

  private func work(
    _ choice: ObjectIntake, _ given: AttributeList, _ served: AttributeList
  ) -> ObjectWork {
    let (type, cause, version) = (object.type, cause, call.version)
    let inputs = replaced.map { [ObjectWork.Input(action, on: $0, anyState: true)] } ?? []
    return ObjectWork(
      name, in: call.home, on: inputs, making: [action], identifier: identifier,
      replaces: replaced != nil
    ) { scene throws(KMSError) in
      var draft = ObjectDraft(type, cause, spec: choice.spec, source: choice.source(), attributes: given)
      draft.served = served
      return try KMIPFault.passing { () throws(KMIPFault) in
        ObjectPlan(makes: [try draft.made(at: scene.now, in: version)])
      }
    }
  }
}

extension KMSError {
  /// Whether custody refused the material as what it should be, so that it may still be kept as bytes.
  var isAboutMaterial: Bool {
    switch self {
    case .incorrectKeyMaterial, .invalidPublicKey, .unsupportedAlgorithm, .cryptography: true
    default: false
    }
  }
}
