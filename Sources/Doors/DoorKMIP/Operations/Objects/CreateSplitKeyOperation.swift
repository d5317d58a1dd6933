import KMSDomain
import KMSEngine
import WireKMIP

/// Splits a key into parts, each an object (KMIP 2.1 section 6.1.10); without a key, a fresh one that nobody keeps.
struct CreateSplitKeyOperation: KMIPOperation {
  static let code = KMIP.Operation.createSplitKey

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard try payload.objectType() == .splitKey else {
      throw KMIPFault(.invalidObjectType, "What a key is split into are split keys.")
    }
    let parameters = try SplitParameters { payload[$0] }
    let sharing = try parameters.sharing()
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: .splitKey)
    let parts =
      payload[.uniqueIdentifier] == nil && call.placeholder == nil ? nil : try call.reference(payload)
    let splitting = Splitting(parameters: parameters, sharing: sharing, attributes: attributes)
    let made = try await call.made(by: try splitting.work(of: parts, call))
    for part in made {
      output.text(.uniqueIdentifier, part.record.identifier)
      call.yield(part.record.identifier, as: .createSplitKey)
    }
  }
}

/// The making of the parts.
private struct Splitting {
  let parameters: SplitParameters
  let sharing: SecretSharing
  let attributes: AttributeList

  /// - Parameter key: what is split; nil: a fresh one.
  func work(of key: KeyReference?, _ call: KMIPCall) throws(KMIPFault) -> ObjectWork {
    let (version, splitting) = (call.version, self)
    let parts = [Action](repeating: .createSplitKey, count: sharing.parts)
    guard let key else {
      let kind = try NewKeyKind(symmetric: attributes)
      return ObjectWork("CreateSplitKey", in: call.home, making: [.createSplitKey] + parts) {
        scene throws(KMSError) in
        try KMIPFault.passing { () throws(KMIPFault) in
          let parts = try splitting.parts(nil, at: scene.now, version)
          return ObjectPlan(makes: [try splitting.fresh(kind, at: scene.now, version)] + parts)
        }
      }
    }
    let input = ObjectWork.Input(.createSplitKey, on: key, opens: true)
    return ObjectWork("CreateSplitKey", in: call.home, on: [input], making: parts) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        guard let key = scene.inputs.first else { throw .noObject }
        let whole = KMIPObject(key, at: scene.now)
        try whole.requireSplittable()
        return ObjectPlan(makes: try splitting.parts(whole, at: scene.now, version))
      }
    }
  }

  private func fresh(_ kind: NewKeyKind, at now: Instant, _ version: KMIPVersion) throws(KMIPFault)
    -> NewObject
  {
    var draft = ObjectDraft(
      .symmetricKey, .generated, spec: kind.spec, source: .generated(length: kind.length),
      attributes: attributes)
    draft.attributes.remove(.name)
    var object = try draft.made(at: now, in: version)
    object.isKept = false
    return object
  }

  private func parts(
    _ whole: KMIPObject?, at now: Instant, _ version: KMIPVersion
  ) throws(KMIPFault) -> [NewObject] {
    var made: [NewObject] = []
    for identifier in 1...sharing.parts {
      var draft = ObjectDraft(
        .splitKey, .generated, spec: .bytes, source: .share(sharing, identifier: identifier),
        attributes: whole.map { attributes.completed(by: $0) } ?? attributes)
      draft.served = parameters.notes(identifier)
      if let whole { draft.served.addLink(.parentLink, to: whole.identifier) }
      made.append(try draft.made(at: now, in: version))
    }
    return made
  }
}

extension KMIPObject {
  /// - Throws: `invalidObjectType`, `objectArchived`, `sensitive` and `notExtractable`: the parts together are the key.
  fileprivate func requireSplittable() throws(KMIPFault) {
    switch type {
    case .symmetricKey, .privateKey, .secretData: break
    case .certificate, .publicKey, .splitKey, .template, .opaqueObject, .pgpKey, .certificateRequest:
      throw KMIPFault(.invalidObjectType, "Such an object isn't split.")
    }
    guard !isArchived else { throw KMIPFault(.objectArchived, "The object is in the archive.") }
    guard isExtractable else {
      throw KMIPFault(.notExtractable, "The object's material stays in the server.")
    }
    guard !isSensitive else { throw KMIPFault(.sensitive, "The object's material leaves only wrapped.") }
    guard !isValueElsewhere else {
      throw KMIPFault(.keyValueNotPresent, "Only the owner has the material.")
    }
  }
}
