// One form for the record's code and for the store, as with identities.

extension Application: CanonicallyEncoded {
  private static let tag = "application/1"

  package func encode(into fields: inout CanonicalFields) {
    fields.add(Application.tag)
    fields.add(clientID.bits.bytes)
    fields.add(objectID.bits.bytes)
    fields.add(account.text)
    fields.add(owner.text)
    fields.add(name)
    fields.add(createdAt)
    fields.add(isEnabled ? 1 : 0)
    fields.add(list: secrets) {
      $0.add($1.id.bits.bytes); $0.add($1.hint); $0.add($1.verifier); $0.add($1.createdAt)
      $0.add($1.expiresAt)
    }
    fields.add(list: certificates) {
      $0.add($1.sha256); $0.add($1.sha1); $0.add($1.publicKey); $0.add($1.expiresAt)
    }
    fields.add(list: federated) {
      $0.add($1.name); $0.add($1.issuer); $0.add($1.subject); $0.add($1.audience)
    }
    fields.add(generation)
  }

  /// - Returns: nil when the bytes are anything else than a record.
  package init?(canonical bytes: [UInt8]) {
    var reader = CanonicalReader(bytes)
    guard reader.text() == Application.tag, let clientID = reader.guid(), let objectID = reader.guid(),
      let account = reader.text().flatMap(AccountID.init), let owner = reader.text(),
      let name = reader.text(), case .some(.some(let createdAt)) = reader.moment(),
      let isEnabled = reader.number(), isEnabled <= 1,
      let secrets = reader.list({ ClientSecret(&$0) }),
      let certificates = reader.list({ AssertionCertificate(&$0) }),
      let federated = reader.list({ FederatedCredential(&$0) }), let generation = reader.number(),
      reader.isAtEnd
    else { return nil }
    self.init(
      clientID: clientID, objectID: objectID, account: account, owner: IdentityID(owner), name: name,
      createdAt: createdAt, isEnabled: isEnabled == 1, secrets: secrets, certificates: certificates,
      federated: federated, generation: generation)
  }
}

extension Application.ClientSecret {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let id = reader.guid(), let hint = reader.text(), let verifier = reader.bytes(),
      case .some(.some(let createdAt)) = reader.moment(), case .some(.some(let expiresAt)) = reader.moment()
    else { return nil }
    self.init(id: id, hint: hint, verifier: verifier, createdAt: createdAt, expiresAt: expiresAt)
  }
}

extension Application.AssertionCertificate {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let sha256 = reader.bytes(), let sha1 = reader.bytes(), let publicKey = reader.bytes(),
      case .some(.some(let expiresAt)) = reader.moment()
    else { return nil }
    self.init(sha256: sha256, sha1: sha1, publicKey: publicKey, expiresAt: expiresAt)
  }
}

extension Application.FederatedCredential {
  fileprivate init?(_ reader: inout CanonicalReader) {
    guard let name = reader.text(), let issuer = reader.text(), let subject = reader.text(),
      let audience = reader.text()
    else { return nil }
    self.init(name: name, issuer: issuer, subject: subject, audience: audience)
  }
}

extension CanonicalReader {
  fileprivate mutating func guid() -> GUID? {
    guard let bytes = bytes(), bytes.count == 16 else { return nil }
    return Bits128(bytes.span).map(GUID.init)
  }
}
