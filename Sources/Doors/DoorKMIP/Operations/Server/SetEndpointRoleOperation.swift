import WireKMIP

/// Which side of the connection asks from now on (KMIP 2.1 section 6.1.54). A client that gives the server its own role is told what
/// becomes of objects: see `Announcer`.
struct SetEndpointRoleOperation: KMIPOperation {
  static let code = KMIP.Operation.setEndpointRole
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let role = payload[.endpointRole]?.enumeration(KMIP.EndpointRole.self) else {
      throw .missing("The endpoint role")
    }
    switch role {
    case .server: call.announcer = nil
    case .client: call.announcer = try announcer(call)
    }
    output.enumeration(role)
  }

  private static func announcer(_ call: KMIPCall) throws(KMIPFault) -> Announcer {
    guard call.peer.isReversible, let fingerprint = call.peer.fingerprint else {
      throw KMIPFault(.featureNotSupported, "The roles change on a connection over TLS only.")
    }
    guard !call.undoes else { throw .unsupported("Taking this back") }
    // What is told over time is told to whom the certificate names.
    guard call.ticket == nil else {
      throw KMIPFault(.permissionDenied, "A ticket doesn't change the roles.")
    }
    let queue = try call.door.notices.open(for: fingerprint, about: call.home)
    return Announcer(
      door: call.door, queue: queue, fingerprint: fingerprint, peer: call.peer, home: call.home,
      claim: call.claim, version: call.version)
  }
}
