package import KMSDomain

/// Gives a key to an environment that somebody has attested, under a key that only this environment has, and says so in a signed answer
/// (JWS in compact serialisation, RS256, RFC 7515).
package struct ReleaseVaultKey: Operation {
  /// To whom it goes.
  package struct Recipient: Sendable {
    package let key: PublicHalf
    /// What it calls its key; nil: it doesn't.
    package let name: String?
    package let hash: HashFunction
    /// Who attested it; for the audit record.
    package let authority: String

    package init(key: PublicHalf, name: String?, hash: HashFunction, authority: String) {
      self.key = key
      self.name = name
      self.hash = hash
      self.authority = authority
    }
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?
    var recipient: Recipient?
    var signing: SigningTokenKey?
  }

  package let operation: String
  private let key: KeyReference
  private let keys: TokenKeys
  /// Whether it may go, and to whom. It may ask others, so that only those are judged who have the right.
  private let judge: @Sendable (KeyRecord) async throws(KMSError) -> Recipient
  /// What is signed: a JSON object.
  private let write: @Sendable (KeyRecord, _ material: [UInt8], Recipient) throws(KMSError) -> [UInt8]

  package init(
    _ operation: String, _ key: KeyReference, by keys: TokenKeys,
    judge: @escaping @Sendable (KeyRecord) async throws(KMSError) -> Recipient,
    write: @escaping @Sendable (KeyRecord, _ material: [UInt8], Recipient) throws(KMSError) -> [UInt8]
  ) {
    self.operation = operation
    self.key = key
    self.keys = keys
    self.judge = judge
    self.write = write
  }

  package var asked: Asked { Asked(.releaseVaultKey, named: key.asWritten) }
  package var family: RequestFamily? { .objects }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.key(key)
    return Prepared(key: found, live: try desk.openedMaterial(of: found.record))
  }

  package var isCompletedOnceAllowed: Bool { true }

  package func complete(_ prepared: inout Prepared, _ desk: Desk) async throws(KMSError) {
    prepared.recipient = try await judge(prepared.key.record)
    prepared.signing = try await keys.current()
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(
      Demand(
        .releaseVaultKey, on: .key(prepared.key), named: key.asWritten, facts: RequestFacts(of: key),
        version: prepared.key.record.current, anyState: true))
  }

  package func isSlow(_ prepared: Prepared) -> Bool { true }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<String> {
    let record = prepared.key.record
    guard let recipient = prepared.recipient, let signing = prepared.signing else { throw .permitMismatch }
    guard let live = prepared.live else { throw .object(.noMaterial(record.resourceName)) }
    let material = try desk.custody.release(
      live, to: recipient.key, by: recipient.hash, permit: permits.first)
    let answer = CompactJWS("JWT", by: signing.key, try write(record, material, recipient))
    let signature = try keys.custody.signRelease(
      answer.signed, of: live, with: signing.live, permit: permits.first)
    return Performed(
      answer.with(signature),
      details: [
        AuditRecord.Detail(name: "authority", value: recipient.authority),
        AuditRecord.Detail(name: "tokenKey", value: signing.key.id.text),
      ])
  }
}
