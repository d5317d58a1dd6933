import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

extension Trial {
  static let createAccount = Trial(.createAccount, .issueAccessKey) { _ in
    CreateAccount(
      AccountID("999900001111"),
      administrator: .init("first", policies: [.builtIn("everything")], accessKey: try .fresh()))
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
    SetUpUser(
      "newcomer", in: Fixtures.account, .attached([.builtIn("use")]), accessKey: try .fresh())
  }
  static let setUpLimitedUser = Trial(.createUser, .putUserPolicy, note: " for one key") {
    SetUpUser("newcomer", in: Fixtures.account, .limited(to: $0.keyReference), accessKey: nil)
  }
  static let setUpRole = Trial(.createRole, .attachRolePolicy, .createOpenIDConnectProvider) { _ in
    SetUpRole(
      "workload", in: Fixtures.account,
      trusting: .tokens(issuer: "issuer.test", audiences: ["here"], subjects: ["*"]),
      write: { _ in Array("nobody".utf8) }, .attached([.builtIn("use")]))
  }
  static let setUpLimitedRole = Trial(.createRole, .putRolePolicy, note: " for one key") {
    SetUpRole(
      "workload", in: Fixtures.account, trusting: .account, write: { _ in Array("nobody".utf8) },
      .limited(to: $0.keyReference))
  }
  static let givePolicies = Trial(.attachUserPolicy) { _ in
    GivePolicies(.attached([.builtIn("use")]), to: .user, "alice", in: Fixtures.account)
  }
  static let givePoliciesOnKey = Trial(.putUserPolicy, note: " for one key") {
    GivePolicies(.limited(to: $0.keyReference), to: .user, "alice", in: Fixtures.account)
  }
  static let takePolicies = Trial(.detachUserPolicy, .deleteUserPolicy) { _ in
    TakePolicies(.builtIn("use"), orInline: "inline", from: .user, "alice", in: Fixtures.account)
  }
  static let describeIdentity = Trial(
    .getUser, .listAccessKeys, .listGroupsForUser, .getUserPolicy, .listAttachedUserPolicies
  ) { _ in DescribeIdentity(.user, "alice", in: Fixtures.account) }
  static let removeIdentity = Trial(
    .deleteUser, .deleteAccessKey, .deleteUserPolicy, .detachUserPolicy, .removeUserFromGroup
  ) { _ in RemoveIdentity(.user, "alice", in: Fixtures.account) }
}

extension NewAccessKey {
  static func fresh(_ id: String = "AKIANEW") throws -> NewAccessKey {
    NewAccessKey(id, secret: .of(Array("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8)))
  }
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

extension World {
  static let group = IdentityID("AGPAgroup")

  /// Gives alice whatever a user can have, for trials that are about taking it away or looking at it.
  func equipUser(for trial: Trial) async throws {
    let types = [Trial.takePolicies, .describeIdentity, .removeIdentity].map(\.type)
    guard types.contains(trial.type) else { return }
    try await equipUser()
  }

  func equipUser() async throws {
    let desk = engine.desk
    let group = IdentityRecord(
      id: World.group, account: Fixtures.account, name: "people", createdAt: Fixtures.start,
      body: .group(IdentityRecord.Carried()))
    guard let stored = try await house.store.identity(World.user) else { throw Surprise("alice is gone") }
    var alice = stored.record
    alice.body = .user(
      IdentityRecord.User(
        carried: IdentityRecord.Carried(
          inline: [IdentityRecord.InlinePolicy(name: "inline", document: Array("nobody".utf8))],
          attached: [.builtIn("use")]), groups: [World.group]))
    try await house.store.commit(
      .together([
        .addIdentity(desk.seal(group)),
        .updateIdentity(desk.seal(alice.advanced()), expecting: stored.record.generation),
      ]), outbox: nil)
    let issue = IssueAccessKey(
      "AKIANEW", secret: .of([1, 2, 3]), for: World.user, vault: house.custody)
    try await run(issue, as: .system)
  }
}
