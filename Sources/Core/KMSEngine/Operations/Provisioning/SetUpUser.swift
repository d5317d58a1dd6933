package import KMSDomain

/// Makes a user with everything that it needs to begin: policies, an access key to sign with, a certificate to be known by.
/// All of it or nothing.
package struct SetUpUser: Operation {
  package struct Answer: Sendable {
    package let user: IdentityRecord
    /// nil when none was wanted.
    package let accessKey: NewAccessKey?
    /// nil when none was given.
    package let certificate: ClientCertificate?
  }

  package struct Prepared: Sendable {
    let isTaken: Bool
    let count: Int
    let given: IdentityRecord.Carried
    let isCertificateTaken: Bool
  }

  private let identity: IdentityName
  private let policies: PoliciesToGive
  private let withAccessKey: Bool
  private let path: String
  private let certificate: NewClientCertificate?
  private let id = OnFirstAttempt<IdentityID>()
  private let accessKey = AccessKeyMaker()

  package init(
    _ name: String, at path: String = "/", in account: AccountID, _ policies: PoliciesToGive,
    withAccessKey: Bool, certificate: NewClientCertificate? = nil
  ) {
    self.path = path
    self.certificate = certificate
    identity = IdentityName(.user, name, in: account)
    self.policies = policies
    self.withAccessKey = withAccessKey
  }

  package let operation = "SetUpUser"
  package var asked: Asked { Asked(.createUser, named: identity.text) }
  package var details: [AuditRecord.Detail] { certificate.map { [$0.detail] } ?? [] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var isCertificateTaken = false
    if let certificate { isCertificateTaken = try await desk.isTaken(certificate.fingerprint) }
    return Prepared(
      isTaken: try await desk.identity(identity).record != nil,
      count: try await desk.store.identityCount(.user, of: identity.account),
      given: try await policies.resolve(desk), isCertificateTaken: isCertificateTaken)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let name = desk.vocabulary.identityResource(identity, path: path)
    let user = ProtectedResource.identity(ProtectedIdentity(name: name, account: identity.account))
    var others = policies.demands(.user, on: user, named: identity.text, boundary: nil)
    if certificate != nil {
      others.append(Demand(.addClientCertificate, on: user, named: identity.text))
    }
    if withAccessKey { others.insert(Demand(.createAccessKey, on: user, named: identity.text), at: 0) }
    return Demands(Demand(.createUser, on: user, named: identity.text), and: others)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.createUser, key: nil, version: nil)
    guard !prepared.isTaken else { throw .identity(.exists(.user, identity.text)) }
    try IdentityLimits.check(.user, count: prepared.count)
    var user = IdentityRecord(
      id: try id.value { () throws(KMSError) in desk.newIdentityID(IdentityKind.user.idPrefix) },
      account: identity.account, name: identity.text, path: path, createdAt: desk.clock.now(),
      body: .user(IdentityRecord.User()))
    try user.carry(prepared.given, desk)
    var changes = [StoreChange.addIdentity(desk.seal(user))]
    let known = try certificate?.record(
      of: user.id, isTaken: prepared.isCertificateTaken, at: desk.clock.now())
    if let known {
      changes.append(
        .addClientCertificate(
          desk.seal(known), owner: user.generation, most: ClientCertificate.mostActive))
    }
    guard withAccessKey else {
      return Performed(
        Answer(user: user, accessKey: nil, certificate: known), change: .together(changes))
    }
    let key = try accessKey.accessKey(of: user.id, permits.second, desk)
    changes.append(.first(key, of: user, desk))
    return Performed(
      Answer(user: user, accessKey: key, certificate: known), change: .together(changes),
      details: [AuditRecord.Detail(name: "accessKey", value: key.record.id)])
  }
}
