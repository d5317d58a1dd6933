import CustodySoftware
import DoorAWS
import Foundation
import KMSDomain
import KMSEngine
import KMSSystem
import Logging
import StoreSQLite
import Testing

@testable import KMSServer

/// A server in a folder, taken step by step: as a root is replaced and as everything is wrapped again.
private final class SteppedServer {
  enum Step: Hashable {
    case stage
    case rewrapEpochs
    case settle
    case page(WrappedKind)
  }

  private static let variables = SecretVariables { _ in nil }
  private static let plaintext: [UInt8] = [1, 2, 3]
  private static let owner = Caller(
    account: nil, principal: "owner", principalID: "uid:0", userName: nil, isRoot: false, credential: "unix",
    policies: [], isSystem: true)

  let scratch: Scratch
  let configuration: Configuration
  let house: House
  private var ciphertexts: [[UInt8]] = []

  init() async throws {
    scratch = try Scratch()
    var configuration = Configuration()
    configuration.isDevelopment = true
    configuration.account = AccountID("123456789012")
    configuration.dataDirectory = scratch.path
    self.configuration = configuration
    let directory = scratch.directory
    try await FirstStart(
      directory: directory, configuration: configuration, fixed: nil,
      seal: KeyFileSeal(path: directory.sealKey, cost: .insecureForTests)
    ).run()
    house = try await SteppedServer.open(scratch, configuration)
    for _ in 0..<3 { ciphertexts.append(try await SteppedServer.encrypted(in: house)) }
  }

  private static func open(_ scratch: Scratch, _ given: Configuration) async throws -> House {
    var configuration = given
    configuration.dataDirectory = scratch.path
    return try await House.open(
      scratch.directory, configuration, variables: variables,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private static func origin(_ house: House) -> RequestOrigin {
    RequestOrigin(
      id: RequestID(house.custody.bits128()), door: "admin", source: "unix", isEncrypted: false, userAgent: ""
    )
  }

  private static func administrator(_ house: House) throws -> Caller {
    let everything = try AWSVocabulary().compile(
      Array(#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.utf8),
      as: .identity)
    return Caller(
      account: house.owner.account, principal: "arn:aws:iam::123456789012:user/admin",
      principalID: house.owner.principal.text, userName: "admin", isRoot: false, credential: "AKIA",
      policies: [AttachedPolicy(name: "AdministratorAccess", policy: everything)])
  }

  private static func encrypted(in house: House) async throws -> [UInt8] {
    let keyring = Keyring(account: house.owner.account, region: "us-east-1", kind: .aws)
    let key = try await house.engine.run(
      CreateKey(
        home: keyring, spec: .aes256, usages: [.encrypt, .decrypt], description: "", tags: [], policy: nil,
        bypassesLockoutCheck: false),
      as: administrator(house), from: origin(house))
    let answer = try await house.engine.run(
      Encrypt(
        KeyReference(.id(key.record.id), asWritten: ""), plaintext: Payload(copying: plaintext.span),
        context: .empty, isDryRun: false),
      as: administrator(house), from: origin(house))
    return answer.ciphertext
  }

  // MARK: Steps

  func renewEpoch() async throws -> EpochID {
    let old = house.custody.status.epoch
    _ = try await EpochJob(house.engine, house.custody).renew(
      as: SteppedServer.owner, from: SteppedServer.origin(house))
    return old
  }

  func take(_ step: Step, from old: EpochID) async throws {
    switch step {
    case .stage:
      let seal = KeyFileSeal(path: scratch.directory.sealKey, cost: .insecureForTests)
      house.roots.prepare(try seal.make(for: house.store.storeID))
      try await change(.stage)
    case .rewrapEpochs: try await change(.rewrap)
    case .settle: try await change(.settle)
    case .page(let kind):
      _ = try await house.engine.run(
        RewrapMaterial(house.custody, of: old, kind, after: []), as: SteppedServer.owner,
        from: SteppedServer.origin(house))
    }
  }

  private func change(_ step: ChangeRoots.Step) async throws {
    _ = try await house.engine.run(
      ChangeRoots(.root, step, house.roots), as: SteppedServer.owner, from: SteppedServer.origin(house))
  }

  /// What the background job does after the last page.
  func finish() async throws {
    for _ in 0..<3 { try await house.erase() }
  }

  // MARK: Checks

  /// The files as a killed server leaves them, started again: everything opens, and what was begun is finished.
  func checkRestart(_ comment: Comment) async throws {
    let copy = try Scratch()
    try FileManager.default.removeItem(atPath: copy.path)
    try FileManager.default.copyItem(atPath: scratch.path, toPath: copy.path)
    let again = try await SteppedServer.open(copy, configuration)
    do {
      try await checkOpens(again, comment)
      for _ in 0..<3 { try await again.erase() }
      try await checkOpens(again, comment)
      let epochs = try await again.store.epochs()
      #expect(epochs.count == 1, comment)
      #expect(try again.custody.rewrapped(epochs).isEmpty, comment)
      #expect(!again.custody.roots.file.isBetweenRoots, comment)
    } catch {
      Issue.record(error, comment)
    }
    await again.store.close()
  }

  private func checkOpens(_ house: House, _ comment: Comment) async throws {
    for ciphertext in ciphertexts {
      let source = try CiphertextSource(ciphertext, by: nil, named: nil, region: "us-east-1")
      let answer = try await house.engine.run(
        Decrypt(source, context: .empty, isDryRun: false), as: SteppedServer.administrator(house),
        from: SteppedServer.origin(house))
      let text = answer.plaintext.readOnce { bytes in bytes.indices.map { bytes[$0] } }
      #expect(text == SteppedServer.plaintext, comment)
    }
  }
}

@Suite("The root changes between pages of wrapping everything again")
struct RootBetweenPagesTests {
  private static let pages = WrappedKind.allCases.map { SteppedServer.Step.page($0) }

  /// The steps of a root's change put before these pages; after the last for the number of pages.
  private static func merged(_ places: [Int]) -> [SteppedServer.Step] {
    let change: [SteppedServer.Step] = [.stage, .rewrapEpochs, .settle]
    var steps: [SteppedServer.Step] = []
    for at in 0...pages.count {
      for (step, place) in zip(change, places) where place == at { steps.append(step) }
      if at < pages.count { steps.append(pages[at]) }
    }
    return steps
  }

  private static let places: [[Int]] = {
    let range = 0...pages.count
    return range.flatMap { one in
      range.filter { $0 >= one }.flatMap { two in range.filter { $0 >= two }.map { [one, two, $0] } }
    }
  }()

  @Test("Wherever the three steps fall among the pages, nothing is lost")
  func everyOrder() async throws {
    let server = try await SteppedServer()
    for places in Self.places {
      let old = try await server.renewEpoch()
      for step in Self.merged(places) { try await server.take(step, from: old) }
      try await server.finish()
      try await server.checkRestart("\(places)")
    }
    await server.house.store.close()
  }

  @Test("A server that is killed after any step of the two starts again and finishes both")
  func everyKill() async throws {
    let server = try await SteppedServer()
    for places in [[0, 1, 2], [0, 2, 4], [1, 1, 3], [2, 3, 3], [4, 4, 4]] {
      let old = try await server.renewEpoch()
      for (number, step) in Self.merged(places).enumerated() {
        try await server.take(step, from: old)
        try await server.checkRestart("\(places), killed after step \(number), \(step)")
      }
      try await server.finish()
    }
    await server.house.store.close()
  }

  @Test("While a root is being changed, pages go on, and no epoch is removed")
  func oneRight() async throws {
    let server = try await SteppedServer()
    let old = try await server.renewEpoch()
    #expect(server.house.roots.begin())
    #expect(!server.house.roots.begin())
    try await server.finish()
    #expect(try await server.house.store.wrapped(under: old).total == 0)
    #expect(try await server.house.store.epochs().count == 2, "nothing is removed without the right")
    server.house.roots.end()
    try await server.finish()
    #expect(try await server.house.store.epochs().count == 1)
    await server.house.store.close()
  }
}
