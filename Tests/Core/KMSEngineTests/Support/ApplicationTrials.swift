import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension World {
  /// Bob's, with one of everything by which it can prove itself; nobody knows its secret.
  static let application = Application(
    clientID: GUID(Bits128(high: 1, low: 1)), objectID: GUID(Bits128(high: 1, low: 2)),
    account: Fixtures.account, owner: bob, name: "shop", createdAt: Fixtures.start,
    secrets: [
      Application.ClientSecret(
        id: GUID(Bits128(high: 1, low: 3)), hint: "abc", verifier: [1, 2, 3], createdAt: Fixtures.start,
        expiresAt: Fixtures.start.advanced(days: 30))
    ],
    certificates: [assertionCertificate(1)], federated: [federated("pod")])

  static func assertionCertificate(_ number: UInt8, days: Int = 30) -> Application.AssertionCertificate {
    Application.AssertionCertificate(
      sha256: [UInt8](repeating: number, count: 32), sha1: [UInt8](repeating: number, count: 20),
      publicKey: [number], expiresAt: Fixtures.start.advanced(days: days))
  }

  static func federated(_ name: String) -> Application.FederatedCredential {
    Application.FederatedCredential(
      name: name, issuer: "https://issuer.example", subject: "of " + name, audience: "api://exchange")
  }
}

extension Trial {
  static let createApplication = Trial(.createApplication) { _ in
    CreateApplication("new", for: "alice", in: Fixtures.account)
  }
  static let describeApplication = Trial(.describeApplication) { _ in
    DescribeApplication(World.application.clientID, in: Fixtures.account)
  }
  static let listApplications = Trial(.listApplications) { _ in
    try ListApplications(of: Fixtures.account, after: nil, limit: 10)
  }
  static let deleteApplication = Trial(.deleteApplication) { _ in
    DeleteApplication(World.application.clientID, in: Fixtures.account)
  }
  static let updateApplication: [Trial] = [
    update(.addSecret(days: 30)), update(.addCertificate(World.assertionCertificate(2))),
    update(.addFederated(World.federated("job"))), update(.removeSecret(World.application.secrets[0].id)),
    update(.removeCertificate(World.application.certificates[0].sha256)),
    update(.removeFederated(name: "pod")), update(.disable),
  ]
  static let renewTokenKey = Trial(.renewTokenKey) { RenewTokenKey($0.house.custody) }
  static let issueToken = Trial(.issueToken) {
    IssueToken(
      Array("{}".utf8),
      IssueToken.Facts(application: World.application, audience: "a", method: "secret", credential: "s"),
      by: TokenKeys($0.engine, custody: $0.house.custody))
  }

  private static func update(_ edit: ApplicationEdit) -> Trial {
    Trial(.updateApplication, note: " to \(edit)") { _ in
      UpdateApplication(World.application.clientID, in: Fixtures.account, edit)
    }
  }
}
