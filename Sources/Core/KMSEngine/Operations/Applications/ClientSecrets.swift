import KMSBytes
package import KMSDomain

/// A client secret that was just made. Its text is told once.
package struct NewClientSecret: Sendable {
  package let record: Application.ClientSecret
  /// Read once.
  package let text: Payload
}

/// Makes one, the same however often a change is tried.
struct ClientSecretMaker: Sendable {
  private let made = OnFirstAttempt<NewClientSecret>()

  /// Days that one can be good for.
  static let days = 1...3650

  /// 256 random bits as 43 characters, of which the verifier is kept.
  func secret(of application: GUID, days: Int, _ desk: Desk) throws(KMSError) -> NewClientSecret {
    try made.value { () throws(KMSError) in
      let text = Base64.urlString(desk.randomness.bits128().bytes + desk.randomness.bits128().bytes)
      let now = desk.clock.now()
      let id = GUID.random(desk.randomness)
      let shown = ShownSecret(text, id: id, of: application)
      let record = Application.ClientSecret(
        id: id, hint: String(text.prefix(3)),
        verifier: desk.authenticator.code(for: shown.canonicalBytes), createdAt: now,
        expiresAt: now.advanced(days: min(max(days, Self.days.lowerBound), Self.days.upperBound)))
      return NewClientSecret(record: record, text: Payload(copying: Array(text.utf8).span))
    }
  }
}
