import KMSDomain
import KMSEngine
import WireKMIP

/// Puts a key together from parts (KMIP 2.1 section 6.1.27).
struct JoinSplitKeyOperation: KMIPOperation {
  static let code = KMIP.Operation.joinSplitKey

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let type = try payload.objectType()
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: type)
    let secret: KMIP.SecretDataType? = try payload.enumeration(in: .secretDataType)
    var inputs: [ObjectWork.Input] = []
    for item in payload.all(.uniqueIdentifier) {
      inputs.append(ObjectWork.Input(.joinSplitKey, on: try call.reference(of: item), opens: true))
    }
    guard !inputs.isEmpty else { throw .missing("The parts of the key") }
    let version = call.version
    let work = ObjectWork("JoinSplitKey", in: call.home, on: inputs, making: [.joinSplitKey]) {
      scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        let join = try Joining(scene.inputs.map { KMIPObject($0, at: scene.now) })
        var draft = try join.draft(type, attributes)
        if type == .secretData { draft.beSecret(version, secret ?? .password) }
        return ObjectPlan(makes: [try draft.made(at: scene.now, in: version)])
      }
    }
    let made: String
    switch await call.makes(work) {
    case .success(let keys): made = keys.first?.record.identifier ?? ""
    // Parts that don't go together show only in what comes out of them.
    case .failure(.incorrectKeyMaterial), .failure(.cryptography(.shares)): throw .unjoinable
    case .failure(let error): throw KMIPFault(error)
    }
    output.text(.uniqueIdentifier, made)
    call.yield(made, as: .joinSplitKey)
  }
}

extension KMIPFault {
  fileprivate static let unjoinable = KMIPFault(
    .cryptographicFailure, "The parts don't go together, or there are too few of them.")
}

/// Parts of one key.
private struct Joining {
  let parts: [KMIPObject]
  let parameters: SplitParameters
  let identifiers: [Int]

  /// - Throws: `invalidObjectType` for what isn't a part; `cryptographicFailure` for parts of different keys and for too few.
  init(_ parts: [KMIPObject]) throws(KMIPFault) {
    var identifiers: [Int] = []
    var all: Set<SplitParameters> = []
    for part in parts {
      guard part.type == .splitKey else {
        throw KMIPFault(.invalidObjectType, "The object isn't a split key.")
      }
      guard !part.isArchived else { throw KMIPFault(.objectArchived, "A part is in the archive.") }
      all.insert(try SplitParameters { part.kept.value($0) })
      identifiers.append(Int(part.kept.integer(.keyPartIdentifier) ?? 0))
    }
    guard let parameters = all.first, all.count == 1, parts.count >= parameters.threshold else {
      throw .unjoinable
    }
    self.parts = parts
    self.parameters = parameters
    self.identifiers = identifiers
  }

  func draft(_ type: KMIP.ObjectType, _ given: AttributeList) throws(KMIPFault) -> ObjectDraft {
    // The parts say what they are parts of, where the client doesn't.
    var attributes = given
    if let first = parts.first, type != .secretData { attributes = given.completed(by: first) }
    let (spec, length) = try kind(type, attributes)
    let form: MaterialForm = spec.isAsymmetric ? .pkcs8 : .raw
    return ObjectDraft(
      type, .generated, spec: spec,
      source: .joined(
        try parameters.sharing(), identifiers: identifiers, length: length, form: form),
      attributes: attributes)
  }

  private func kind(
    _ type: KMIP.ObjectType, _ attributes: AttributeList
  ) throws(KMIPFault) -> (KeySpec, Int?) {
    switch type {
    case .privateKey: return (try NewKeyKind(pair: attributes).spec, nil)
    case .symmetricKey:
      let kind = try NewKeyKind(symmetric: attributes)
      return (kind.spec, kind.length)
    case .secretData:
      // Without one, it is as long as the parts.
      guard attributes.value(.cryptographicLength) != nil else { return (.bytes, nil) }
      let kind = try NewKeyKind(secret: attributes)
      return (kind.spec, kind.length)
    case .opaqueObject, .certificate, .publicKey, .splitKey, .template, .pgpKey, .certificateRequest:
      throw KMIPFault(.invalidObjectType, "Such an object isn't put together from parts.")
    }
  }
}
