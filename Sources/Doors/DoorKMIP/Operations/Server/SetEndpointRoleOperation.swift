import WireKMIP

/// Which side of the connection asks from now on (KMIP 2.1 section 6.1.54). The server stays the one that answers: what it has to say
/// to a client by itself, it says over connections of its own.
struct SetEndpointRoleOperation: KMIPOperation {
  static let code = KMIP.Operation.setEndpointRole
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let role = payload[.endpointRole]?.enumeration(KMIP.EndpointRole.self) else {
      throw .missing("The endpoint role")
    }
    guard role == .server else {
      throw KMIPFault(.permissionDenied, "The server doesn't take the client's role here.")
    }
    output.enumeration(role)
  }
}
