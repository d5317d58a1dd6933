import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a key pair: two objects that are linked (KMIP 2.1 section 6.1.9).
struct CreateKeyPairOperation: KMIPOperation {
  static let code = KMIP.Operation.createKeyPair

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let given = try await PairAttributes(payload, call)
    let kind = try NewKeyKind(pair: given.privateKey)
    guard try NewKeyKind(pair: given.publicKey) == kind else {
      throw KMIPFault(.invalidAttributeValue, "Both halves of a key pair are of one kind.")
    }
    try given.privateKey.checkQuantumSafety(kind.spec)
    let version = call.version
    let work = ObjectWork("CreateKeyPair", in: call.home, making: [.createKey, .createKey]) {
      scene throws(KMSError) in
      var pair = PairDraft(kind.spec, given, version)
      pair.link(scene.identifiers)
      return try KMIPFault.passing { () throws(KMIPFault) in
        ObjectPlan(makes: try pair.made(at: scene.now, version))
      }
    }
    let made = try await call.made(by: work).map(\.record.identifier)
    guard made.count == 2 else { throw .noObject }
    output.text(.privateKeyUniqueIdentifier, made[0])
    output.text(.publicKeyUniqueIdentifier, made[1])
    call.alsoYield(made[1], as: .createKeyPairPublicKey)
    call.alsoYield(made[0], as: .createKeyPair)
    call.yield(made[0], as: .createKeyPairPrivateKey)
  }
}

/// What is said of both halves of a key pair.
struct PairAttributes: Sendable {
  var privateKey: AttributeList
  var publicKey: AttributeList

  /// What is said of one half wins over what is said of both.
  init(_ payload: TTLVItem, _ call: KMIPCall) async throws(KMIPFault) {
    let isOld = call.version < .v2_0
    let common = try await call.attributes(
      in: payload[isOld ? .commonTemplateAttribute : .commonAttributes])
    privateKey = common
    privateKey.lay(
      try await call.attributes(in: payload[isOld ? .privateKeyTemplateAttribute : .privateKeyAttributes]))
    publicKey = common
    publicKey.lay(
      try await call.attributes(in: payload[isOld ? .publicKeyTemplateAttribute : .publicKeyAttributes]))
    privateKey = try await call.completed(privateKey, for: .privateKey)
    publicKey = try await call.completed(publicKey, for: .publicKey)
  }
}

/// Both halves of a key pair that is about to be made.
struct PairDraft {
  var privateKey: ObjectDraft
  var publicKey: ObjectDraft

  init(_ spec: KeySpec, _ given: PairAttributes, _ version: KMIPVersion) {
    privateKey = ObjectDraft(
      .privateKey, .generated, spec: spec, source: .generated(length: nil), attributes: given.privateKey)
    publicKey = ObjectDraft(
      .publicKey, .generated, spec: spec, source: .publicHalf(of: 0), attributes: given.publicKey)
    // The default of 2.x (section 4.26); before, the server's choice.
    guard version >= .v2_0, spec.keyClass == .ecdsa else { return }
    if given.privateKey.first(.keyFormatType) == nil {
      privateKey.served.set(KMIP.KeyFormatType.transparentECPrivateKey)
    }
    if given.publicKey.first(.keyFormatType) == nil {
      publicKey.served.set(KMIP.KeyFormatType.transparentECPublicKey)
    }
  }

  /// - Parameter identifiers: of the private half, then of the public one.
  mutating func link(_ identifiers: [String]) {
    guard identifiers.count == 2 else { return }
    privateKey.attributes.addLink(.publicKeyLink, to: identifiers[1])
    publicKey.attributes.addLink(.privateKeyLink, to: identifiers[0])
  }

  func made(at now: Instant, _ version: KMIPVersion) throws(KMIPFault) -> [NewObject] {
    [try privateKey.made(at: now, in: version), try publicKey.made(at: now, in: version)]
  }
}
