import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// One operation as a test can try it on anybody: what it needs, and how it is called so that nothing but rights and state
/// can be in its way.
struct Trial: Sendable, CustomTestStringConvertible {
  /// The name of the operation's type.
  let type: String
  /// What the world's keys must be.
  let kind: Kind
  /// Everything that must be allowed.
  let rights: [Action]
  /// The world's key must be in this state.
  let state: KeyState
  /// The action that the world's key must be in the right state for, if there is one.
  let stateAction: Action?
  /// `World.keyStore` must be there, connected like this; nil for operations that need none.
  let connection: KeyStoreConnection?
  /// What happens to the key.
  let event: KeyEvent?
  /// Which key it is about.
  let subject: Subject
  private let run: @Sendable (World, Engine, Caller) async throws -> Void
  /// The fast lane: what it settled, if it did.
  let attempt: @Sendable (World, Caller) throws -> FastOutcome?
  let testDescription: String

  enum Subject {
    /// The world's key.
    case key
    /// The key that the world has for trials of imports.
    case imported
    /// The objects that it has for trials of them.
    case object
  }

  /// What came out of the fast lane, without the answer.
  struct FastOutcome {
    let failure: KMSError?
    let record: AuditRecord
  }

  struct Kind: Sendable {
    let spec: KeySpec
    let usages: KeyUsages

    static let symmetric = Kind(spec: .aes256, usages: [.encrypt, .decrypt])
    static let signing = Kind(spec: .p256, usages: [.sign, .verify])
    static let mac = Kind(spec: .hmac256, usages: [.mac, .verifyMac])
    static let agreement = Kind(spec: .p256, usages: [.derive])
    static let encapsulation = Kind(spec: .mlKEM768, usages: [.encapsulate, .decapsulate])

    /// Whether this process's libcrypto has it.
    var isInLibrary: Bool { TestHouse.canMake(spec) }
  }

  init<Op: Operation>(
    _ rights: Action..., on kind: Kind = .symmetric, in state: KeyState = .active,
    stateOf stateAction: Action? = nil,
    event: KeyEvent? = nil, connection: KeyStoreConnection? = nil, about subject: Subject = .key,
    note: String = "",
    _ make: @escaping @Sendable (World) throws -> Op
  ) {
    type = "\(Op.self)".split(separator: "<").first.map(String.init) ?? ""
    testDescription = "\(Op.self)" + note
    self.kind = kind
    self.rights = rights
    self.state = state
    self.stateAction = stateAction
    self.connection = connection
    self.event = event
    self.subject = subject
    run = { world, engine, caller in _ = try await engine.run(make(world), as: caller, from: world.origin()) }
    attempt = { world, caller in
      let settled = try world.engine.attempt(make(world), as: caller, from: world.origin())
      return settled.map { settled in
        switch settled.result {
        case .success: FastOutcome(failure: nil, record: settled.record)
        case .failure(let error): FastOutcome(failure: error, record: settled.record)
        }
      }
    }
  }

  /// Whether only the server itself may do it.
  var isForSystem: Bool { rights.allSatisfy(\.isForSystem) }

  /// Somebody who may do exactly this.
  var entitled: Caller {
    isForSystem ? .system : Fixtures.caller("entitled", policies: [.only(rights)])
  }

  /// What it fails with; nil when it succeeds.
  /// - Parameter engine: another than the world's.
  func failure(
    _ world: World, as caller: Caller = World.admin, on engine: Engine? = nil
  ) async throws -> KMSError? {
    do {
      try await run(world, engine ?? world.engine, caller)
      return nil
    } catch let error as KMSError {
      return error
    }
  }
}
