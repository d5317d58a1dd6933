import KMSDomain
import KMSEngine
import SwiftASN1
import WireKMIP
import X509

/// The certificate authority of an account: a key of the account's own that custody keeps, made when somebody first asks for a
/// certificate. See decision record 0028.
///
/// It vouches for this: a client of the account that may certify asked for the certificate, and whoever made the request had the
/// private key. It doesn't know whether a name in it belongs to anybody.
struct Authority: Sendable {
  let reference: KeyReference
  /// Name: DER.
  let name: [UInt8]
  /// SubjectPublicKeyInfo: DER.
  let publicKey: [UInt8]
  /// As long as it issues certificates; seconds since 1970.
  let validity: ClosedRange<Int64>

  static let spec = KeySpec.rsa3072
  /// Bytes of its signatures.
  static let signatureLength = 384
  private static let lifetimeDays = 3650
}

extension Authority {
  /// - Throws: `wrongKeyLifecycleState` when it isn't active.
  init(_ key: ProtectedKey, at now: Instant, _ reference: KeyReference) throws(KMIPFault) {
    let object = KMIPObject(key, at: now)
    guard let publicKey = object.record.version(object.record.current)?.publicKey,
      let first = object.dates.activation, let last = object.dates.deactivation, first <= last
    else { throw KMIPFault(.generalFailure, "The certificate authority isn't as it was made.") }
    guard object.state == .active, !object.isArchived else {
      throw KMIPFault(.wrongKeyLifecycleState, "The certificate authority isn't active.")
    }
    self.reference = reference
    self.publicKey = publicKey
    name = try Authority.name(of: object.record.home.account)
    validity = first.seconds...last.seconds
  }

  private static func name(of account: AccountID) throws(KMIPFault) -> [UInt8] {
    do {
      let name = try DistinguishedName {
        OrganizationName("Claviger")
        OrganizationalUnitName(account.text)
        CommonName("KMIP certificate authority")
      }
      var serializer = DER.Serializer()
      try serializer.serialize(name)
      return serializer.serializedBytes
    } catch {
      throw KMIPFault(.generalFailure, "The certificate authority's name can't be written.")
    }
  }

  // MARK: Finding it, or making it

  private static func reference(_ call: KMIPCall) -> KeyReference {
    KeyReference(
      .name(KeyName(.given, SearchTerm.authority("key"), in: call.home)),
      asWritten: "the certificate authority")
  }

  /// The account's authority. The first who asks makes it, if they may make keys.
  static func find(_ operation: String, _ action: Action, _ call: KMIPCall) async throws(KMIPFault)
    -> Authority
  {
    let reference = reference(call)
    let look = ReadObjects(operation, action, of: [reference])
    switch await call.outcome(of: look) {
    case .success(let seen):
      guard let key = seen.first?.key else { throw .noObject }
      return try await complete(key, reference, action, call)
    case .failure(.keyNotFound): break
    case .failure(let error): throw KMIPFault(error)
    }
    switch await call.outcome(of: creation(call)) {
    // Somebody else may have been faster.
    case .success, .failure(.object(.nameTaken)):
      guard let key = try await call.run(look).first?.key else { throw .noObject }
      return try await complete(key, reference, action, call)
    case .failure(let error): throw KMIPFault(error)
    }
  }

  private static func creation(_ call: KMIPCall) -> ObjectWork {
    let version = call.version
    return ObjectWork("MakeAuthority", in: call.home, making: [.createKey]) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        var attributes = AttributeList()
        let mask: KMIP.CryptographicUsageMask = [.certificateSign, .crlSign]
        attributes.set(.cryptographicUsageMask, to: mask.rawValue)
        attributes.set(.sensitive, to: true)
        attributes.set(.extractable, to: false)
        attributes.set(.activationDate, to: scene.now)
        attributes.set(.deactivationDate, to: scene.now.advanced(days: lifetimeDays))
        var draft = ObjectDraft(
          .privateKey, .generated, spec: spec, source: .generated(length: nil), attributes: attributes)
        draft.served.set(.authorityNote, to: "key")
        var object = try draft.made(at: scene.now, in: version)
        // It signs certificates that are written here, and nothing that a client brings.
        object.uses = []
        object.isShared = false
        return ObjectPlan(makes: [object])
      }
    }
  }

  /// Its own certificate comes after it, for clients who want to trust it.
  private static func complete(
    _ key: ProtectedKey, _ reference: KeyReference, _ action: Action, _ call: KMIPCall
  ) async throws(KMIPFault) -> Authority {
    let authority = try Authority(key, at: call.now, reference)
    guard KMIPObject(key, at: call.now).link(.certificateLink) == nil else { return authority }
    let content = try authority.ownContent(call)
    let version = call.version
    let work = ObjectWork(
      "CertifyAuthority", in: call.home, on: [ObjectWork.Input(action, on: reference, opens: true)],
      making: [action]
    ) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        guard let key = scene.inputs.first, let identifier = scene.identifiers.first else { throw .noObject }
        let object = KMIPObject(key, at: scene.now)
        var draft = try ObjectDraft(certificate: content, attributes: AttributeList())
        draft.served.set(.authorityNote, to: "certificate")
        draft.served.addLink(.privateKeyLink, to: object.identifier)
        let edit = try object.edited { change throws(KMIPFault) in
          change.kept.addLink(.certificateLink, to: identifier)
        }
        return ObjectPlan(makes: [try draft.made(at: scene.now, in: version)], edits: [edit])
      }
    }
    switch await call.outcome(of: work) {
    case .success, .failure(.permitMismatch), .failure(.object(.nameTaken)): return authority
    case .failure(let error): throw KMIPFault(error)
    }
  }

  private func ownContent(_ call: KMIPCall) throws(KMIPFault) -> CertificateContent {
    CertificateContent(
      serial: call.serial(), issuer: name, subject: name, publicKey: publicKey, validity: validity,
      extensions: try CertificateExtensions.authority(publicKey))
  }
}

extension KMIPCall {
  /// A serial number that nobody can guess (RFC 5280 section 4.1.2.2): positive, and hardly ever twice.
  func serial() -> [UInt8] {
    var serial = door.engine.desk.randomness.bits128().bytes
    serial[0] = serial[0] & 0x3f | 0x40
    return serial
  }
}
