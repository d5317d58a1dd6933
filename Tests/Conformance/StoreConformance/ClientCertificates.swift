import KMSBytes
import KMSDomain
import Testing

extension StoreConformance {
  static let clientCertificatePromises = [
    Promise("client certificates are read back whole, and changed or removed once", certificates),
    Promise("client certificates are found by owner and by account, in parts", certificateLists),
    Promise("a client certificate needs its owner as it was read, and room", certificateOwners),
    Promise("an owner stays as long as it has client certificates", certificatesKeepOwners),
  ]

  private static func certificates(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let (first, second) = (Sample.certificate(1), Sample.certificate(2, isActive: false))
    for one in [first, second] { try await store.commit(.addClientCertificate(one, owner: 0, most: 2)) }
    #expect(try await store.clientCertificate(Sample.fingerprint(1)) == first)
    #expect(try await store.clientCertificate(Sample.fingerprint(2)) == second)
    #expect(try await store.clientCertificate(Sample.fingerprint(3)) == nil)
    let revoked = Sample.certificate(1, isActive: false)
    #expect(await store.failure(of: .updateClientCertificate(revoked, expecting: [9])) == .contention)
    try await store.commit(.updateClientCertificate(revoked, expecting: first.code))
    #expect(try await store.clientCertificate(Sample.fingerprint(1)) == revoked)
    let removal = StoreChange.removeClientCertificate(Sample.fingerprint(1), expecting: first.code)
    #expect(await store.failure(of: removal) == .contention)
    try await store.commit(.removeClientCertificate(Sample.fingerprint(1), expecting: revoked.code))
    #expect(try await store.clientCertificates(of: IdentityID("AIDA1")) == [second])
  }

  private static func certificateLists(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    try await store.commit(.addIdentity(Sample.user("AIDA2", name: "bob")))
    let other = Sample.keyring("999988887777", "eu-central-1").account
    try await store.commit(.addIdentity(Sample.identity("AIDA3", "eve", account: other, .root)))
    let owners = ["AIDA1", "AIDA2", "AIDA1", "AIDA3"]
    for (number, owner) in zip(UInt8(1)..., owners) {
      try await store.commit(
        .addClientCertificate(Sample.certificate(number, of: owner), owner: 0, most: 9))
    }
    let alices = try await store.clientCertificates(of: IdentityID("AIDA1"))
    #expect(alices.map(\.record.fingerprint) == [1, 3].map(Sample.fingerprint))
    let account = Sample.keyring.account
    func numbers(after marker: UInt8? = nil, limit: Int = 10) async throws -> [UInt8?] {
      try await store.clientCertificates(
        in: account, after: marker.map(Sample.fingerprint), limit: limit
      ).map { $0.record.fingerprint.bytes.first }
    }
    #expect(try await numbers() == [1, 2, 3])
    #expect(try await numbers(limit: 2) == [1, 2])
    #expect(try await numbers(after: 2) == [3])
    #expect(try await store.clientCertificates(in: other, after: nil, limit: 10).count == 1)
  }

  private static func certificateOwners(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let certificate = Sample.certificate(1)
    let added = StoreChange.addClientCertificate(certificate, owner: 0, most: 1)
    #expect(await store.failure(of: added) == .contention)
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    #expect(
      await store.failure(of: .addClientCertificate(certificate, owner: 1, most: 1)) == .contention)
    try await store.commit(added)
    #expect(await store.failure(of: added) == .contention)
    let second = StoreChange.addClientCertificate(Sample.certificate(2), owner: 0, most: 1)
    #expect(await store.failure(of: second) == .contention)
    try await store.commit(
      .updateClientCertificate(Sample.certificate(1, isActive: false), expecting: certificate.code))
    try await store.commit(second)
  }

  private static func certificatesKeepOwners(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let certificate = Sample.certificate(1, isActive: false)
    try await store.commit(.addClientCertificate(certificate, owner: 0, most: 1))
    let owner = IdentityID("AIDA1")
    #expect(await store.failure(of: .removeIdentity(owner, expecting: 0)) == .contention)
    try await store.commit(
      .together([
        .removeClientCertificate(Sample.fingerprint(1), expecting: certificate.code),
        .removeIdentity(owner, expecting: 0),
      ]))
    #expect(try await store.clientCertificate(Sample.fingerprint(1)) == nil)
  }
}
