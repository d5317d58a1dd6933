import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a key pair that takes the place of another (KMIP 2.1 section 6.1.47).
struct ReKeyKeyPairOperation: KMIPOperation {
  static let code = KMIP.Operation.reKeyKeyPair

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let reference = try call.reference(payload, .privateKeyUniqueIdentifier)
    let given = try await PairAttributes(payload, call)
    let publicKey = try await publicHalf(of: reference, call)
    let version = call.version
    let work = ObjectWork(
      "ReKeyKeyPair", in: call.home,
      on: [ObjectWork.Input(.reKeyPair, on: reference), ObjectWork.Input(.reKeyPair, on: publicKey)],
      making: [.reKeyPair, .reKeyPair]
    ) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in try plan(scene, payload, given, version) }
    }
    let made = try await call.made(by: work).map(\.record.identifier)
    guard made.count == 2 else { throw .noObject }
    output.text(.privateKeyUniqueIdentifier, made[0])
    output.text(.publicKeyUniqueIdentifier, made[1])
    call.alsoYield(made[1], as: .reKeyKeyPairPublicKey)
    call.alsoYield(made[0], as: .reKeyKeyPair)
    call.yield(made[0], as: .reKeyKeyPairPrivateKey)
  }

  private static func publicHalf(
    of reference: KeyReference, _ call: KMIPCall
  ) async throws(KMIPFault) -> KeyReference {
    let seen = try await call.run(ReadObjects("ReKeyKeyPair", .reKeyPair, of: [reference]))
    guard let key = seen.first?.key else { throw .noObject }
    let object = KMIPObject(key, at: call.now)
    try object.requireReplaceable(.privateKey)
    guard let identifier = object.link(.publicKeyLink) else {
      throw KMIPFault(.illegalOperation, "The private key has no link to its public key.")
    }
    return call.reference(identifier)
  }

  private static func plan(
    _ scene: ObjectScene, _ payload: TTLVItem, _ given: PairAttributes, _ version: KMIPVersion
  ) throws(KMIPFault) -> ObjectPlan {
    let (old, identifiers) = (scene.inputs.map { KMIPObject($0, at: scene.now) }, scene.identifiers)
    guard old.count == 2, identifiers.count == 2 else { throw .noObject }
    try old[0].requireReplaceable(.privateKey)
    try old[1].requireReplaceable(.publicKey)
    let halves = [
      try Replacement(old[0], payload, given: given.privateKey),
      try Replacement(old[1], payload, given: given.publicKey),
    ]
    var attributes = given
    attributes.privateKey = try halves[0].attributes(at: scene.now)
    attributes.publicKey = try halves[1].attributes(at: scene.now)
    var pair = PairDraft(old[0].record.spec, attributes, version)
    pair.link(identifiers)
    pair.privateKey.replace(halves[0])
    pair.publicKey.replace(halves[1])
    var makes = try pair.made(at: scene.now, version)
    for place in makes.indices { makes[place].heirOf = place }
    return ObjectPlan(
      makes: makes,
      edits: [
        try halves[0].edit(replacedBy: identifiers[0]), try halves[1].edit(replacedBy: identifiers[1]),
      ])
  }
}

extension ObjectDraft {
  mutating func replace(_ replacement: Replacement) { served = replacement.served(served) }
}
