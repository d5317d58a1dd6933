import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension Trial {
  /// Each takes several rights at once, which have trials of their own.
  static let provisioning = [
    setUpUser, setUpLimitedUser, setUpClient, setUpRole, setUpLimitedRole, givePolicies, givePoliciesOnKey,
    takePolicies,
    describeIdentity, removeIdentity, takePoliciesOfRole, describeRole, removeRole,
  ]

  static let createAccount = Trial(.createAccount, .issueAccessKey) { _ in
    CreateAccount(
      AccountID("999900001111"),
      administrator: .init("first", policies: ["policy:1"]))
  }
  static let listAccounts = Trial(.listAccounts) { _ in ListAccounts(after: nil, limit: 10) }

  static let explainPolicy = Trial(.explainPolicy) {
    ExplainPolicy(
      ExplainPolicy.Question(
        .identity(IdentityName(.user, "alice", in: Fixtures.account)), .encrypt, on: $0.keyReference,
        in: Fixtures.keyring.region, context: nil, assumed: AssumedContext([:])))
  }

  static let simulateCustom = Trial(.simulateCustomPolicy) { _ in
    SimulatePolicies(in: Fixtures.account) { _ throws(KMSError) in true }
  }
  static let simulatePrincipal = Trial(.simulatePrincipalPolicy, note: " of a user") { _ in
    SimulatePolicies(of: IdentityName(.user, "alice", in: Fixtures.account)) { principal throws(KMSError) in
      principal?.record.name
    }
  }

  static let setUpUser = Trial(.createUser, .createAccessKey, .attachUserPolicy) { _ in
    SetUpUser("newcomer", in: Fixtures.account, .readyMade(["policy:1"]), withAccessKey: true)
  }
  static let setUpLimitedUser = Trial(.createUser, .putUserPolicy, note: " for one key") {
    SetUpUser("newcomer", in: Fixtures.account, .limited(to: $0.keyReference), withAccessKey: false)
  }
  static let setUpClient = Trial(
    .createUser, .attachUserPolicy, .addClientCertificate, note: " with a certificate"
  ) { _ in
    SetUpUser(
      "newcomer", at: "/kmip/", in: Fixtures.account, .readyMade(["policy:1"]), withAccessKey: false,
      certificate: World.newCertificate(2))
  }
  static let setUpRole = Trial(.createRole, .attachRolePolicy, .createOpenIDConnectProvider) { _ in
    SetUpRole(
      "workload", in: Fixtures.account,
      trusting: .tokens(issuer: "issuer.test", audiences: ["here"], subjects: ["*"]),
      write: { _ in Array("nobody".utf8) }, .readyMade(["policy:1"]))
  }
  static let setUpLimitedRole = Trial(.createRole, .putRolePolicy, note: " for one key") {
    SetUpRole(
      "workload", in: Fixtures.account, trusting: .account, write: { _ in Array("nobody".utf8) },
      .limited(to: $0.keyReference))
  }
  static let givePolicies = Trial(.attachUserPolicy) { _ in
    GivePolicies(.readyMade(["policy:1"]), to: .user, "alice", in: Fixtures.account)
  }
  static let givePoliciesOnKey = Trial(.putUserPolicy, note: " for one key") {
    GivePolicies(.limited(to: $0.keyReference), to: .user, "alice", in: Fixtures.account)
  }
  static let takePolicies = Trial(.detachUserPolicy, .deleteUserPolicy) { _ in
    TakePolicies("policy:1", orInline: "inline", from: .user, "bob", in: Fixtures.account)
  }
  static let takePoliciesOfRole = Trial(.detachRolePolicy, .deleteRolePolicy, note: " of a role") { _ in
    TakePolicies("policy:1", orInline: "inline", from: .role, "runner", in: Fixtures.account)
  }
  static let describeRole = Trial(
    .getRole, .getRolePolicy, .listAttachedRolePolicies, note: " of a role"
  ) { _ in DescribeIdentity(.role, "runner", in: Fixtures.account) }
  static let removeRole = Trial(
    .deleteRole, .deleteRolePolicy, .detachRolePolicy, note: " of a role"
  ) { _ in RemoveIdentity(.role, "runner", in: Fixtures.account) }
  static let describeIdentity = Trial(
    .getUser, .listAccessKeys, .listClientCertificates, .listGroupsForUser, .getUserPolicy,
    .listAttachedUserPolicies
  ) { _ in DescribeIdentity(.user, "bob", in: Fixtures.account) }
  static let removeIdentity = Trial(
    .deleteUser, .deleteAccessKey, .revokeClientCertificate, .deleteApplication, .deleteUserPolicy,
    .detachUserPolicy, .removeUserFromGroup
  ) { _ in RemoveIdentity(.user, "bob", in: Fixtures.account) }
}

extension PoliciesToGive {
  /// The world's policies have one word: which keys they were written for stands in the name.
  static func limited(to keys: KeyReference...) -> PoliciesToGive {
    .limited(to: keys) { names in
      [
        IdentityRecord.InlinePolicy(
          name: "inline", document: Array("nobody but \(names.joined(separator: " "))".utf8))
      ]
    }
  }
}
