import KMSDomain
import KMSEngine
import KMSTestKit

// What roles, managed policies and providers there are: the role "auditor", which carries the policy "reader" of two versions, the
// role "idle", which has nothing, the policy "spare", which nobody carries, and the provider "issuer.example".
extension World {
  static let auditor = IdentityName(.role, "auditor", in: Fixtures.account)
  static let idle = IdentityName(.role, "idle", in: Fixtures.account)
  static let reader = IdentityName(.policy, "reader", in: Fixtures.account)
  static let spare = IdentityName(.policy, "spare", in: Fixtures.account)
  static let issuer = IdentityName(.provider, "issuer.example", in: Fixtures.account)
  static let builtIn = PolicyName.builtIn("policy:1")

  static func own(_ name: IdentityName) -> PolicyName { .own(name, path: "/") }

  static func policies(_ desk: Desk) -> StoreChange {
    let tags = [Tag(key: "team", value: "core")]
    let reader = IdentityRecord(
      id: IdentityID("ANPAreader"), account: Fixtures.account, name: "reader", createdAt: Fixtures.start,
      tags: tags, body: .policy(policy(versions: 2)))
    let carried = IdentityRecord.Carried(attached: [.own(reader.id), .builtIn("policy:1")])
    let others = [
      IdentityRecord(
        id: IdentityID("ANPAspare"), account: Fixtures.account, name: "spare", path: "/a/",
        createdAt: Fixtures.start, body: .policy(policy(versions: 1))),
      IdentityRecord(
        id: IdentityID("AROAauditor"), account: Fixtures.account, name: "auditor", createdAt: Fixtures.start,
        tags: tags, body: .role(role(carried))),
      IdentityRecord(
        id: IdentityID("AROAidle"), account: Fixtures.account, name: "idle", createdAt: Fixtures.start,
        body: .role(role(IdentityRecord.Carried()))),
      IdentityRecord(
        id: IdentityID("OIDCissuer"), account: Fixtures.account, name: "issuer.example",
        createdAt: Fixtures.start, tags: tags,
        body: .provider(IdentityRecord.Provider(clientIDs: ["one"], thumbprints: ["00"]))),
    ]
    return .together(([reader] + others).map { .addIdentity(desk.seal($0)) })
  }

  static func role(_ carried: IdentityRecord.Carried) -> IdentityRecord.Role {
    IdentityRecord.Role(
      carried: carried, trust: Array("nobody".utf8), description: "", maxSessionSeconds: 3600)
  }

  static func policy(versions: Int) -> IdentityRecord.ManagedPolicy {
    IdentityRecord.ManagedPolicy(
      description: "",
      versions: (1...versions).map { number in
        IdentityRecord.ManagedPolicy.Version(
          number: number, document: Array("nobody".utf8), createdAt: Fixtures.start)
      }, defaultVersion: 1, nextVersion: versions + 1, updatedAt: Fixtures.start)
  }
}
