package import KMSDomain
import KMSEngine
import WireKMIP

/// Finds clients by the certificates that they showed, at another time than when they show them.
package protocol ClientFinder: Sendable {
  /// - Parameter fingerprint: SHA-256, 32 bytes.
  /// - Returns: nil when nobody is known by it now.
  func caller(_ fingerprint: [UInt8]) async -> Caller?
}

/// Who is asking, once the credentials in a message are read (KMIP 2.1 sections 9.4 and 9.11).
///
/// The certificate of the connection says who the client is. A ticket may say that it acts for another, who gave it out. A name with
/// a password, or a device's, is a claim that nobody here can check: it gives no rights, it only tells the client's own users apart.
struct Authentication: Sendable {
  let caller: Caller
  let ticket: Ticket?
  let claim: RequestOrigin.Claim

  /// - Throws: `invalidMessage`, `invalidTicket`, `authenticationNotSuccessful`, `attestationFailed`.
  init(_ credentials: [TTLVItem], _ caller: Caller, _ door: KMIPDoor) async throws(KMIPFault) {
    var (found, ticket, claim): (Caller, Ticket?, RequestOrigin.Claim) = (caller, nil, .nobody)
    for credential in credentials {
      guard let type = credential[.credentialType]?.enumeration(KMIP.CredentialType.self),
        let value = credential[.credentialValue]
      else { throw .malformed("A credential") }
      switch type {
      case .ticket:
        let used = try door.tickets.use(try Authentication.ticket(value), door.engine.desk)
        found = try await Authentication.owner(of: used, caller, door)
        ticket = used.shown(by: caller)
      case .usernameAndPassword, .oneTimePassword:
        guard let name = value[.username]?.text else { throw .missing("The user name") }
        claim = .user("user:" + name)
      case .device: claim = .user(try Authentication.device(value))
      case .hashedPassword:
        // It would have to be answered by a proof that the server knows the password.
        throw KMIPFault(.authenticationNotSuccessful, "The server doesn't know this user.")
      case .attestation: throw KMIPFault(.attestationFailed, "The server takes no attestations.")
      }
    }
    self.caller = found
    self.ticket = ticket
    self.claim = claim
  }

  static func ticket(_ value: TTLVItem) throws(KMIPFault) -> [UInt8] {
    guard let ticket = value[.ticket], ticket[.ticketType]?.enumeration(KMIP.TicketType.self) != nil,
      let bytes = ticket[.ticketValue]?.byteString
    else { throw .malformed("The ticket") }
    return bytes
  }

  private static func owner(
    of ticket: Ticket, _ caller: Caller, _ door: KMIPDoor
  ) async throws(KMIPFault) -> Caller {
    if ticket.owner.principalID == caller.principalID { return caller }
    // As it is now, not as it was when it gave the ticket out. Objects stay within their account, and so do tickets.
    guard ticket.owner.account == caller.account, let fingerprint = ticket.owner.fingerprint,
      let owner = await door.clients?.caller(fingerprint),
      owner.principalID == ticket.owner.principalID, owner.account == ticket.owner.account
    else { throw .noTicket }
    return owner
  }

  private static func device(_ value: TTLVItem) throws(KMIPFault) -> String {
    let tags: [KMIPTag] = [
      .deviceSerialNumber, .deviceIdentifier, .networkIdentifier, .machineIdentifier, .mediaIdentifier,
    ]
    let parts = tags.map { value[$0]?.text ?? "" }
    guard parts.contains(where: { !$0.isEmpty }) else { throw .missing("An identifier of the device") }
    // Lengths before the parts, so that no two devices are called the same.
    return "device:" + parts.map { "\($0.utf8.count):\($0)" }.joined()
  }
}
