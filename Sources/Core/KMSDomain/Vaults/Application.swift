/// A program that comes to vaults: what it shows to prove itself, and the user as whom it acts.
///
/// It has no rights of its own: they are its owner's.
package struct Application: Hashable, Sendable {
  /// Of one owner.
  package static let mostOfOwner = 20
  /// Secrets, certificates and federated credentials of one application, each.
  package static let mostCredentials = 20
  /// Bytes of a name, an issuer, a subject or an audience.
  package static let longestText = 600

  /// What it calls itself.
  package let clientID: GUID
  /// What role assignments call it.
  package let objectID: GUID
  package let account: AccountID
  package let owner: IdentityID
  /// For people.
  package var name: String
  package let createdAt: Instant
  /// False: it proves nothing to anybody.
  package var isEnabled: Bool
  package var secrets: [ClientSecret]
  package var certificates: [AssertionCertificate]
  package var federated: [FederatedCredential]
  /// Grows with every change.
  package var generation: UInt64

  package init(
    clientID: GUID, objectID: GUID, account: AccountID, owner: IdentityID, name: String, createdAt: Instant,
    isEnabled: Bool = true, secrets: [ClientSecret] = [], certificates: [AssertionCertificate] = [],
    federated: [FederatedCredential] = [], generation: UInt64 = 0
  ) {
    self.clientID = clientID
    self.objectID = objectID
    self.account = account
    self.owner = owner
    self.name = name
    self.createdAt = createdAt
    self.isEnabled = isEnabled
    self.secrets = secrets
    self.certificates = certificates
    self.federated = federated
    self.generation = generation
  }

  /// The same, as it is to be written after a change.
  package func advanced() -> Application {
    var next = self
    next.generation &+= 1
    return next
  }
}

extension Application {
  /// A secret that the server made. What is kept of it can only be compared with.
  package struct ClientSecret: Hashable, Sendable {
    package let id: GUID
    /// Its first three characters, for people.
    package let hint: String
    /// See `ShownSecret`.
    package let verifier: [UInt8]
    package let createdAt: Instant
    package let expiresAt: Instant

    package init(id: GUID, hint: String, verifier: [UInt8], createdAt: Instant, expiresAt: Instant) {
      self.id = id
      self.hint = hint
      self.verifier = verifier
      self.createdAt = createdAt
      self.expiresAt = expiresAt
    }
  }

  /// A certificate whose private key signs the application's assertions. Who issued it decides nothing.
  package struct AssertionCertificate: Hashable, Sendable {
    /// SHA-256 of its DER form, 32 bytes.
    package let sha256: [UInt8]
    /// SHA-1 of the same, 20 bytes: how older clients name it. It only finds the key that a signature is then checked with.
    package let sha1: [UInt8]
    /// SubjectPublicKeyInfo, DER.
    package let publicKey: [UInt8]
    package let expiresAt: Instant

    package init(sha256: [UInt8], sha1: [UInt8], publicKey: [UInt8], expiresAt: Instant) {
      self.sha256 = sha256
      self.sha1 = sha1
      self.publicKey = publicKey
      self.expiresAt = expiresAt
    }
  }

  /// Somebody else's tokens that prove the application: those of this issuer for this subject and audience.
  package struct FederatedCredential: Hashable, Sendable {
    package let name: String
    package let issuer: String
    package let subject: String
    package let audience: String

    package init(name: String, issuer: String, subject: String, audience: String) {
      self.name = name
      self.issuer = issuer
      self.subject = subject
      self.audience = audience
    }
  }
}

/// A client secret as somebody shows it. Its code is the verifier: secrets have 256 bits that the server drew, so that nobody can
/// try them all, and the key of the code is custody's.
package struct ShownSecret: CanonicallyEncoded {
  private let application: GUID
  private let id: GUID
  private let text: String

  package init(_ text: String, id: GUID, of application: GUID) {
    self.application = application
    self.id = id
    self.text = text
  }

  package func encode(into fields: inout CanonicalFields) {
    fields.add("application-secret/1")
    fields.add(application.bits)
    fields.add(id.bits)
    fields.add(text)
  }
}

extension Application {
  /// Whether this is one of its secrets, and its time isn't over. Each is compared, in constant time.
  /// - Returns: the id of the secret.
  package func secret(
    _ text: String, at now: Instant, by authenticator: any RecordAuthenticator
  ) -> GUID? {
    var found: GUID?
    for secret in secrets {
      let shown = ShownSecret(text, id: secret.id, of: clientID)
      let isRight = authenticator.isValid(secret.verifier, for: shown.canonicalBytes)
      if isRight, now < secret.expiresAt { found = secret.id }
    }
    return found
  }
}
