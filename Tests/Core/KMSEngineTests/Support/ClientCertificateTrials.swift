import KMSDomain
import KMSEngine
import KMSTestKit

extension Trial {
  static let addClientCertificate = Trial(.addClientCertificate) { _ in
    AddClientCertificate(World.newCertificate(2), to: "alice", in: Fixtures.account)
  }
  static let admitClient = Trial(.addClientCertificate, .attachUserPolicy, note: " and policies") { _ in
    AddClientCertificate(World.newCertificate(2), to: "alice", in: Fixtures.account, .readyMade(["policy:1"]))
  }
  static let admitLimitedClient = Trial(.addClientCertificate, .putUserPolicy, note: " for one key") {
    AddClientCertificate(
      World.newCertificate(2), to: "alice", in: Fixtures.account, .limited(to: $0.keyReference))
  }
  static let revokeClientCertificate = Trial(.revokeClientCertificate) { _ in
    RevokeClientCertificate(World.bobsCertificate, of: "bob", in: Fixtures.account)
  }
  static let revokeAllClientCertificates = Trial(.revokeClientCertificate, note: " for all") { _ in
    RevokeClientCertificate(nil, of: "bob", in: Fixtures.account)
  }
  static let listClientCertificates = Trial(.listClientCertificates) { _ in
    try ListClientCertificates(of: Fixtures.account, after: nil, limit: 10)
  }
}
