import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// A private key that comes in a PKCS#12 store: the certificates in it become objects of their own (KMIP 2.1 section 3.1).
struct BundleRegistration {
  let registration: Registration

  init(_ registration: Registration) { self.registration = registration }

  private var call: KMIPCall { registration.call }

  /// - Returns: the identifier of the key.
  /// - Throws: `badPassword`; `invalidField` where no link says what the password is.
  func register() async throws(KMIPFault) -> String {
    guard registration.object.type == .privateKey, let block = registration.object.block,
      case .bytes(let store) = block.value
    else { throw .malformed("The key value") }
    guard let password = registration.attributes.link(.pkcs12PasswordLink) else {
      throw KMIPFault(.invalidField, "There is no link to the password of the store.")
    }
    let bundle = try await open(.value(store), by: call.reference(password))
    let key = bundle.privateKey.wiped()
    for kept in [false, true] {
      let result = await call.makes(work(bundle, MaterialBytes.wiped(key), asBytes: kept))
      switch result {
      case .success(let made):
        guard let made = made.first else { throw .noObject }
        return made.record.identifier
      case .failure(let error): guard error.isAboutMaterial, !kept else { throw KMIPFault(error) }
      }
    }
    throw .noObject
  }

  private func open(_ store: MaterialBytes, by password: KeyReference) async throws(KMIPFault) -> KeyBundle {
    switch await call.outcome(of: OpenBundle(store.wiped, password: password)) {
    case .success(let bundle): return bundle
    case .failure(.invalidCiphertext):
      throw KMIPFault(.badPassword, "The store doesn't open with this password.")
    case .failure(let error): throw KMIPFault(error)
    }
  }

  /// The key, then the certificates in their order, each with a link to the next.
  private func work(_ bundle: KeyBundle, _ key: MaterialBytes, asBytes: Bool) -> ObjectWork {
    let version = call.version
    let drafts = BundleDrafts(
      bundle: bundle, key: key, asBytes: asBytes, cause: registration.cause,
      attributes: registration.attributes, custody: call.door.engine.desk.custody)
    return ObjectWork(
      registration.name, in: call.home,
      making: [Action](repeating: registration.action, count: 1 + bundle.certificates.count),
      identifier: registration.identifier
    ) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        ObjectPlan(makes: try drafts.made(scene.identifiers, at: scene.now, version))
      }
    }
  }
}

/// What a store becomes.
private struct BundleDrafts: Sendable {
  let bundle: KeyBundle
  let key: MaterialBytes
  /// The key is kept as bytes, since it isn't sound.
  let asBytes: Bool
  let cause: ObjectDraft.Cause
  let attributes: AttributeList
  let custody: any KeyCustody

  func made(
    _ identifiers: [String], at now: Instant, _ version: KMIPVersion
  ) throws(KMIPFault) -> [NewObject] {
    var made: [NewObject] = []
    for place in identifiers.indices {
      var draft = place == 0 ? keyDraft() : certificateDraft(bundle.certificates[place - 1])
      if identifiers.indices.contains(place + 1) {
        draft.served.addLink(.pkcs12CertificateLink, to: identifiers[place + 1])
      }
      made.append(try draft.made(at: now, in: version))
    }
    return made
  }

  private func keyDraft() -> ObjectDraft {
    let spec = asBytes ? .bytes : custody.kind(of: key.payload, in: .pkcs8) ?? .bytes
    let form: MaterialForm = spec == .bytes ? .raw : .pkcs8
    var draft = ObjectDraft(
      .privateKey, cause, spec: spec, source: .given(.encoded(key.payload, form)), attributes: attributes)
    draft.served.set(KMIP.KeyFormatType.pkcs8)
    if let name = bundle.friendlyName, attributes.first(.pkcs12FriendlyName) == nil {
      draft.served.set(.pkcs12FriendlyName, to: name)
    }
    return draft
  }

  private func certificateDraft(_ certificate: [UInt8]) -> ObjectDraft {
    let bytes = Payload(copying: certificate.span)
    var draft = ObjectDraft(
      .certificate, cause, spec: .bytes, source: .given(.encoded(bytes, .raw)), attributes: AttributeList())
    draft.served.set(KMIP.CertificateType.x509)
    draft.served.set(.fromStoreNote, to: true)
    if let facts = CertificateFacts(certificate) {
      draft.served.append(contentsOf: facts.attributes(.bare))
      draft.served.append(contentsOf: facts.keyAttributes)
    }
    let name = attributes.text(.pkcs12FriendlyName) ?? bundle.friendlyName
    if let name { draft.served.set(.pkcs12FriendlyName, to: name) }
    return draft
  }
}
