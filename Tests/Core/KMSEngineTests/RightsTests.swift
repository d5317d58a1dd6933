import Foundation
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Every operation against every way of lacking its right. The operations come from a table that the compiler keeps whole.
// One after the other: every world has files open.
@Suite(.serialized) struct RightsTests {
  private static let nobody = Fixtures.caller("nobody")

  private static func refused(
    _ trial: Trial, _ caller: Caller, action: Action? = nil
  ) async throws -> KMSError.Denial? {
    let world = try await World(for: trial)
    try await world.prepare(for: trial)
    let before = try await Snapshot(world)
    let error = try await trial.failure(world, as: caller)
    #expect(try await Snapshot(world) == before, "a refused call changed something")
    let record = try world.lastRecord()
    #expect(record.outcome == "denied")
    #expect(record.who?.principal == caller.principal)
    #expect(record.demands?.last?.decision == "deny")
    guard case .denied(let denial) = error else {
      Issue.record("not denied but \(error.map { "\($0)" } ?? "carried out")")
      return nil
    }
    #expect(trial.rights.contains(denial.action))
    #expect(!denial.decision.isAllowed)
    return denial
  }

  @Test(arguments: Trial.guarded)
  func `without any right an operation is denied and nothing changes`(trial: Trial) async throws {
    let denial = try await Self.refused(trial, Self.nobody)
    #expect(denial?.decision.ground == .noIdentityStatement)
  }

  @Test(arguments: Trial.rightsOfUsers)
  func `all other rights don't make up for the one that is missing`(trial: Trial, right: Action) async throws
  {
    let denial = try await Self.refused(trial, Fixtures.caller("almost", policies: [.allBut(right)]))
    #expect(denial?.action == right)
    #expect(denial?.decision.ground == .noIdentityStatement)
  }

  @Test(arguments: Trial.rightsOfUsers)
  func `an explicit deny of one right wins over every allow`(trial: Trial, right: Action) async throws {
    let caller = Fixtures.caller("denied", policies: [.administrator, .denying(right)])
    let denial = try await Self.refused(trial, caller)
    #expect(denial?.action == right)
    #expect(denial?.decision.isExplicitDeny == true)
  }

  /// Those whose rights don't depend on what is stored.
  @Test(arguments: [
    Trial.listKeys, .listRetirableGrants, .listAliases, .listAliasesOfKey, .random, .status, .advanceClock,
    .issueAccessKey,
    .renewEpoch, .readSeal, .unseal, .stageRoot, .rewrapForRoot, .settleRoot, .acceptSeal, .stageRecovery,
    .rewrapMaterial, .retireEpochs, .readEpochs, .beginErasure, .addErasureSecret,
    .finishErasure, .createKeyStore, .describeKeyStores, .seedAccessKey, .listUsers, .listGroups,
    .listRoles, .listProviders, .listManagedPolicies, .accountSummary, .authorizationDetails,
    .createAccount, .listAccounts, .explainPolicy, .listClientCertificates,
  ])
  func `a caller without the right makes the server read nothing`(trial: Trial) async throws {
    let world = try await World(for: trial)
    let store = CountingStore(over: world.house.store)
    let engine = world.house.coldEngine(over: store)
    #expect(try await trial.failure(world, as: Self.nobody, on: engine)?.code == "denied")
    #expect(store.reads == 0)
    #expect(try await trial.failure(world, as: trial.entitled, on: engine) == nil)
    #expect(store.reads > 0 || trial.rights == [.generateRandom] || trial.isForSystem)
  }

  @Test(arguments: Trial.all)
  func `its own rights are enough, and the record says who did what and why`(trial: Trial) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial)
    let error = try await trial.failure(world, as: trial.entitled)
    #expect(error == nil)
    let record = try world.lastRecord()
    #expect(record.outcome == "success" && record.code == nil)
    #expect(record.who?.principal == trial.entitled.principal)
    #expect(record.who?.credential == trial.entitled.credential)
    let demands = record.demands ?? []
    #expect(Set(demands.map(\.action)) == Set(trial.rights.map { "\($0)" }))
    #expect(demands.allSatisfy { $0.decision == "allow" && $0.resolved?.isEmpty == false && $0.by != nil })
  }

  @Test(arguments: Trial.ofSystem)
  func `no policy and no root gives the server's own rights`(trial: Trial) async throws {
    for caller in [World.admin, Fixtures.caller("root", isRoot: true)] {
      let denial = try await Self.refused(trial, caller)
      #expect(denial != nil)
    }
  }

  /// But for identities, which the owner of the admin socket administers.
  @Test(arguments: Trial.ofUsers.filter { !$0.rights.allSatisfy(\.isOpenToSystem) })
  func `the server itself has none of the users' rights`(trial: Trial) async throws {
    let denial = try await Self.refused(trial, .system)
    #expect(denial?.decision.ground == .system)
  }

  @Test func `everybody may ask who they are`() async throws {
    let world = try await World()
    let caller = Fixtures.caller("nobody", policies: [.denying(.getCallerIdentity)])
    #expect(
      try await world.run(GetCallerIdentity(account: Fixtures.account), as: caller).userName == "nobody")
  }

  @Test func `a name needs the right on both ends, and on the key that loses it`() async throws {
    let world = try await World()
    let resources = [
      "alias:111122223333:alias/one", world.key.resourceName, world.other.resourceName,
    ]
    for resource in resources {
      let caller = Fixtures.caller("x", policies: [.administrator, .denying(.updateAlias, on: resource)])
      let error = try await world.failure(
        of: UpdateAlias(World.one, target: world.otherReference), as: caller)
      guard case .denied(let denial) = error else {
        Issue.record("\(resource): \(error)")
        continue
      }
      #expect(denial.resource == resource)
    }
    for resource in resources.prefix(2) {
      let caller = Fixtures.caller("x", policies: [.administrator, .denying(.deleteAlias, on: resource)])
      let error = try await world.failure(of: DeleteAlias(World.one), as: caller)
      #expect(error.code == "denied")
    }
  }

  /// Operations are found by their declarations in the engine's sources.
  @Test func `no operation is left out`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Sources/Core/KMSEngine/Operations")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    let declaration = /(?<word>struct|protocol) (?<name>\w+)(?:<[^>]*>)?: (?<kind>\w+)\b/
    var found: [(isStruct: Bool, name: String, kind: String)] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      found += text.matches(of: declaration).map {
        ($0.output.word == "struct", String($0.output.name), String($0.output.kind))
      }
    }
    // Kinds of operations, and kinds of those.
    var kinds: Set = ["Operation"]
    while case let more = Set(found.filter { !$0.isStruct && kinds.contains($0.kind) }.map(\.name)),
      !more.isSubset(of: kinds)
    { kinds.formUnion(more) }
    let declared = Set(found.filter { $0.isStruct && kinds.contains($0.kind) }.map(\.name))
    #expect(declared.count > 25)
    // `SessionTests` tries those that need a role or a token; what never succeeds is tried there, in
    // `OtherCredentialTests` and, about vaults, with the rights to secrets. Backups are opened in `ItemBackupTests`.
    var untried: Set = [
      "AssumeRole", "AssumeRoleWithWebIdentity", "GetSessionToken", "DecodeAuthorizationMessage",
      "FindLoginProfile", "FindNothing", "OpenItemBackup",
    ]
    if !Trial.Kind.encapsulation.isInLibrary {
      untried.formUnion([Trial.encapsulate.type, Trial.decapsulate.type])
    }
    #expect(declared == Set(Trial.all.map(\.type)).union(untried))
  }
}
