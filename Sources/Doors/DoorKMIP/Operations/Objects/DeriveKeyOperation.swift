import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a key or secret data from another object (KMIP 2.1 section 6.1.14).
struct DeriveKeyOperation: KMIPOperation {
  static let code = KMIP.Operation.deriveKey

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let type = try payload.objectType()
    let request = try DerivationRequest(payload)
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: type)
    let kind = try DerivedKind(type, attributes)
    let bases = try bases(payload, request, call)
    let version = call.version
    let work = ObjectWork("DeriveKey", in: call.home, on: bases, making: [.deriveObject]) {
      scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        try plan(scene, request, kind, attributes, version)
      }
    }
    guard let made = try await made(by: work, call).first else { throw .noObject }
    output.text(.uniqueIdentifier, made.record.identifier)
    call.yield(made.record.identifier, as: .deriveKey)
  }

  /// Before 2.0 there is another reason for a mask without Derive Key than for masks elsewhere.
  private static func made(by work: ObjectWork, _ call: KMIPCall) async throws(KMIPFault) -> [ProtectedKey] {
    do throws(KMIPFault) {
      return try await call.made(by: work)
    } catch {
      throw error.reason == .incompatibleCryptographicUsageMask ? error.older(.invalidField) : error
    }
  }

  /// One object, and perhaps another that is its data or the other party's public key.
  private static func bases(
    _ payload: TTLVItem, _ request: DerivationRequest, _ call: KMIPCall
  ) throws(KMIPFault) -> [ObjectWork.Input] {
    var inputs: [ObjectWork.Input] = []
    for item in payload.all(.uniqueIdentifier) {
      let isPeer = request.isAgreement && !inputs.isEmpty
      inputs.append(
        ObjectWork.Input(.deriveObject, on: try call.reference(of: item), opens: !isPeer))
    }
    guard (1...2).contains(inputs.count) else { throw .missing("The object to derive from") }
    guard inputs.count < 2 || request.isAgreement || !request.hasData else {
      throw KMIPFault(.invalidMessage, "The data are given twice, once as an object.")
    }
    return inputs
  }

  private static func plan(
    _ scene: ObjectScene, _ request: DerivationRequest, _ kind: DerivedKind, _ attributes: AttributeList,
    _ version: KMIPVersion
  ) throws(KMIPFault) -> ObjectPlan {
    let bases = scene.inputs.map { KMIPObject($0, at: scene.now) }
    guard let base = bases.first, let identifier = scene.identifiers.first else { throw .noObject }
    for object in bases { try object.requireDerivable() }
    let derivation = try request.derivation(
      from: UsedKey(base.key), kind.length,
      peer: request.isAgreement ? try bases.dropFirst().first?.peer() : nil)
    var draft = ObjectDraft(
      kind.type, .generated, spec: kind.spec, source: .derived(derivation, length: kind.length),
      attributes: attributes)
    for object in bases { draft.served.addLink(.derivationBaseObjectLink, to: object.identifier) }
    if kind.type == .secretData { draft.beSecret(version, .seed) }
    let edits = try bases.map { object throws(KMIPFault) -> ObjectEdit? in
      // A key that is at home elsewhere has no notes to keep a link in.
      guard object.record.object != nil else { return nil }
      return try object.edited { change throws(KMIPFault) in
        change.kept.addLink(.derivedKeyLink, to: identifier)
      }
    }
    return ObjectPlan(makes: [try draft.made(at: scene.now, in: version)], edits: edits)
  }
}

extension KMIPObject {
  /// - Throws: `invalidObjectType`, `objectArchived`, `keyValueNotPresent` for what nothing is derived from.
  fileprivate func requireDerivable() throws(KMIPFault) {
    guard !isArchived else { throw KMIPFault(.objectArchived, "The object is in the archive.") }
    guard !isValueElsewhere else {
      throw KMIPFault(.keyValueNotPresent, "Only the owner has the material.")
    }
    switch type {
    case .symmetricKey, .secretData, .privateKey, .publicKey, .splitKey: return
    case .certificate, .template, .opaqueObject, .pgpKey, .certificateRequest:
      throw KMIPFault(.invalidObjectType, "Nothing is derived from such an object.")
    }
  }

  /// The public key of another party.
  fileprivate func peer() throws(KMIPFault) -> [UInt8] {
    guard let key = record.version(record.current)?.publicKey else {
      throw KMIPFault(.invalidObjectType, "The other object isn't a public key.")
    }
    return key
  }
}

/// What is to come of a derivation.
struct DerivedKind: Hashable, Sendable {
  let type: KMIP.ObjectType
  let spec: KeySpec
  /// Bytes.
  let length: Int

  init(_ type: KMIP.ObjectType, _ attributes: AttributeList) throws(KMIPFault) {
    // What is derived for use elsewhere may be of a length that nothing here would use.
    let kind = try NewKeyKind(type, attributes, ofAnyLength: true)
    guard attributes.first(.cryptographicLength) != nil, let length = kind.length ?? kind.spec.secretLength
    else { throw .missing("The cryptographic length") }
    self.type = type
    spec = kind.spec
    self.length = length
  }
}
