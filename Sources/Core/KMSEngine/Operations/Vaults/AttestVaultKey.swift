package import KMSDomain

/// Says what the server knows of a key, signed by the key of its own authority (JWS in compact serialisation, RS256, RFC 7515) and with the
/// certificates that lead to it. What is said of a key on a device is what the device says at that moment.
package struct AttestVaultKey: Operation {
  /// What is said: a JSON object each.
  package struct Claims: Sendable {
    /// Of a private half or a symmetric key; nil where there is only a public half.
    package let secretHalf: [UInt8]?
    /// nil where nothing is public.
    package let publicHalf: [UInt8]?

    package init(secretHalf: [UInt8]?, publicHalf: [UInt8]?) {
      self.secretHalf = secretHalf
      self.publicHalf = publicHalf
    }
  }

  package struct Statements: Sendable {
    package let record: KeyRecord
    package let secretHalf: String?
    package let publicHalf: String?
    /// Certificates, DER; that of the signing key first.
    package let chain: [[UInt8]]
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?
    var signing: SigningTokenKey?
    var chain: [[UInt8]] = []
  }

  package let operation: String
  private let key: KeyReference
  private let keys: TokenKeys
  private let certifier: any TokenKeyCertifier
  /// Whether there is such a key for whoever has the right to it.
  private let judge: @Sendable (KeyRecord) throws(KMSError) -> Void
  private let write: @Sendable (KeyRecord, MaterialPlace, Instant) throws(KMSError) -> Claims

  package init(
    _ operation: String, _ key: KeyReference, by keys: TokenKeys,
    certifiedBy certifier: any TokenKeyCertifier,
    judge: @escaping @Sendable (KeyRecord) throws(KMSError) -> Void,
    write: @escaping @Sendable (KeyRecord, MaterialPlace, Instant) throws(KMSError) -> Claims
  ) {
    self.operation = operation
    self.key = key
    self.keys = keys
    self.certifier = certifier
    self.judge = judge
    self.write = write
  }

  package var asked: Asked { Asked(.attestVaultKey, named: key.asWritten) }
  package var family: RequestFamily? { .objects }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.key(key)
    return Prepared(key: found, live: try desk.openedMaterial(of: found.record))
  }

  package var isCompletedOnceAllowed: Bool { true }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    try judge(prepared.key.record)
    let signing = try await keys.current()
    prepared.chain = try certifier.chain(of: signing.key)
    prepared.signing = signing
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        prepared.key.record.right(to: .attestVaultKey), on: .key(prepared.key), named: key.asWritten,
        facts: RequestFacts(of: key), version: prepared.key.record.current, anyState: true))
  }

  /// It signs, and may ask a device.
  package func isSlow(_ prepared: Prepared) -> Bool { true }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Statements> {
    let record = prepared.key.record
    guard let signing = prepared.signing else { throw .permitMismatch }
    guard let live = prepared.live else { throw .object(.noMaterial(record.resourceName)) }
    let place = try desk.custody.place(of: live, permit: permits.first)
    let claims = try write(record, place, desk.clock.now())
    let statements = Statements(
      record: record,
      secretHalf: try sign(claims.secretHalf, about: live, with: signing, prepared.chain, permits.first),
      publicHalf: try sign(claims.publicHalf, about: live, with: signing, prepared.chain, permits.first),
      chain: prepared.chain)
    return Performed(
      statements, details: [AuditRecord.Detail(name: "tokenKey", value: signing.key.id.text)])
  }

  private func sign(
    _ claims: [UInt8]?, about subject: any LiveKey, with signing: SigningTokenKey, _ chain: [[UInt8]],
    _ permit: borrowing Permit
  ) throws(KMSError) -> String? {
    guard let claims else { return nil }
    let statement = CompactJWS("claviger-key-statement+jwt", by: signing.key, chain: chain, claims)
    let signature = try keys.custody.signStatement(
      statement.signed, about: subject, with: signing.live, permit: permit)
    return statement.with(signature)
  }
}
