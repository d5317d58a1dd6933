package import KMSDomain

/// Makes the next key by which tokens are signed, if it is time, and forgets those of which no token is good any more.
package struct RenewTokenKey: Operation {
  package typealias Prepared = [TokenKey]

  private let custody: any TokenCustody
  package init(_ custody: any TokenCustody) { self.custody = custody }

  package let operation = "RenewTokenKey"
  package var asked: Asked { Asked(.renewTokenKey, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> [TokenKey] { try await desk.tokenKeys() }

  package func demands(_ prepared: [TokenKey], _ desk: Desk) -> Demands {
    Demands(Demand(.renewTokenKey, on: .server, named: "server"))
  }

  /// Making one takes as long as an RSA key does.
  package func isSlow(_ prepared: [TokenKey]) -> Bool { true }

  package func perform(
    _ prepared: [TokenKey], _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.renewTokenKey, key: nil, version: nil)
    let now = desk.clock.now()
    var changes = prepared.filter { $0.isForgottenAt <= now }.map { StoreChange.removeTokenKey($0.id) }
    let latest = prepared.last
    var details: [AuditRecord.Detail] = []
    if TokenKey.isNextDue(after: latest, at: now) {
      let key = try custody.makeTokenKey(
        GUID.random(desk.randomness), createdAt: now, startsAt: max(now, latest?.endsAt ?? now),
        permit: permits.first)
      changes.insert(.addTokenKey(desk.seal(key), after: latest?.id), at: 0)
      details = [AuditRecord.Detail(name: "tokenKey", value: key.id.text)]
    }
    return Performed((), change: changes.isEmpty ? nil : .together(changes), details: details)
  }
}

extension TokenKey {
  static func isNextDue(after latest: TokenKey?, at now: Instant) -> Bool {
    latest.map { $0.nextIsDueAt <= now } ?? true
  }
}

extension Desk {
  /// The earliest first.
  func tokenKeys() async throws(KMSError) -> [TokenKey] {
    var keys: [TokenKey] = []
    for stored in try await store.tokenKeys() { keys.append(try unseal(stored, .tokenKey)) }
    return keys
  }
}
