import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

// Who there is beside "alice", who has nothing: "bob" with one of everything that a user can have, the group "staff" that he
// is in, the group "empty", and the role "runner".
extension World {
  static let bob = IdentityID("AIDAbob")
  static let bobsKey = "AKIABOB"

  static func name(_ kind: IdentityKind, _ text: String) -> IdentityName {
    IdentityName(kind, text, in: Fixtures.account)
  }

  static let carried = IdentityRecord.Carried(
    inline: [IdentityRecord.InlinePolicy(name: "inline", document: Array("nobody".utf8))],
    attached: [.builtIn("policy:1")])

  static var limited: IdentityRecord.Carried {
    var carried = carried
    carried.boundary = .builtIn("policy:2")
    return carried
  }

  static func identities(_ desk: Desk) -> StoreChange {
    let staff = identity("AGPAstaff", "staff", .group(carried))
    let bob = identity(
      World.bob.text, "bob", .user(IdentityRecord.User(carried: limited, groups: [staff.id])))
    let runner = IdentityRecord.Role(
      carried: limited, trust: Array("nobody".utf8), description: "", maxSessionSeconds: 3600)
    let others = [
      identity(World.user.text, "alice", .user(IdentityRecord.User())), staff, bob,
      identity("AGPAempty", "empty", .group(IdentityRecord.Carried())),
      identity("AROArunner", "runner", .role(runner)),
    ]
    let key = AccessKeyRecord(
      id: bobsKey, principal: bob.id, secret: WrappedCredential(epoch: EpochID(1), bytes: [1, 2, 3]),
      isActive: true, createdAt: Fixtures.start)
    return .together(
      others.map { .addIdentity(desk.seal($0)) }
        + [
          .addAccessKey(desk.seal(key), owner: bob.generation, most: 1),
          .addClientCertificate(desk.seal(certificate(1, of: bob.id)), owner: bob.generation, most: 1),
          .addApplication(desk.seal(application), owner: bob.generation, most: 1),
        ])
  }

  static let bobsCertificate = fingerprint(1)

  /// - Precondition: none; any number makes one.
  static func fingerprint(_ number: UInt8) -> CertificateFingerprint {
    guard let made = CertificateFingerprint([UInt8](repeating: number, count: 32)) else {
      preconditionFailure("32 bytes are a fingerprint")
    }
    return made
  }

  /// Valid for a year.
  static func certificate(
    _ number: UInt8, of owner: IdentityID, isActive: Bool = true
  ) -> ClientCertificate {
    ClientCertificate(
      fingerprint: fingerprint(number), owner: owner, label: "CN=\(number)", notBefore: Fixtures.start,
      notAfter: Fixtures.start.advanced(days: 365), createdAt: Fixtures.start, isActive: isActive)
  }

  /// One that a door has read; valid for a year.
  static func newCertificate(_ number: UInt8, days: Int = 365) -> NewClientCertificate {
    NewClientCertificate(
      fingerprint: fingerprint(number), label: "CN=\(number)", notBefore: Fixtures.start,
      notAfter: Fixtures.start.advanced(days: days))
  }

  private static func identity(_ id: String, _ name: String, _ body: IdentityRecord.Body) -> IdentityRecord {
    IdentityRecord(
      id: IdentityID(id), account: Fixtures.account, name: name, createdAt: Fixtures.start,
      tags: body == .user(IdentityRecord.User()) ? [] : [Tag(key: "team", value: "core")], body: body)
  }

  func identity(_ kind: IdentityKind, _ text: String) async throws -> IdentityRecord {
    guard let found = try await house.store.identity(named: World.name(kind, text)) else {
      throw Surprise("\(text) is gone")
    }
    return try engine.desk.unseal(found, .principal)
  }
}
