import KMSBytes
import KMSDomain
import KMSTestKit
import NetKit
import Synchronization
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// A door and a client that is told what becomes of objects.
struct NoticeWorld: Sendable {
  let world: DoorWorld
  let notices = KMIPNotices()
  let door: KMIPDoor
  private let client: Caller

  static let fingerprint = [UInt8](repeating: 7, count: 32)
  static let listener = Fixtures.caller("listener", policies: [.administrator])
  private static let peer = KMIPPeer(source: "192.0.2.1", fingerprint: fingerprint, isReversible: true)

  init(listener client: Caller = listener) async throws {
    self.client = client
    world = try await DoorWorld(listener: notices)
    door = KMIPDoor(
      world.house.engine, region: world.home.region, clients: Finder(client: client), notices: notices)
  }

  private struct Finder: ClientFinder {
    let client: Caller
    func caller(_ fingerprint: [UInt8]) async -> Caller? {
      fingerprint == NoticeWorld.fingerprint ? client : nil
    }
  }

  /// What became of a request to change the roles.
  struct Outcome {
    let item: Item
    let asker: (any MessageAsker)?

    var isSuccess: Bool { item.isSuccess }
    var reason: KMIP.ResultReason? { item.reason }
  }

  func setRole(
    _ role: KMIP.EndpointRole, on peer: KMIPPeer, header: DoorWorld.Body = { _ in }
  ) async throws -> Outcome {
    let ask = DoorWorld.Ask(.setEndpointRole) { $0.enumeration(role) }
    let message = DoorWorld.message([ask], in: .v2_1, header: header)
    let answer = await door.converse(WipedBytes(message), as: client, peer)
    let item = try #require(try DoorWorld.items(answer.message.withArray { $0 }).first)
    return Outcome(item: item, asker: answer.asker)
  }

  /// Runs the body while the client listens.
  /// - Parameter refused: operations that the client says it doesn't have.
  func listen(
    speaking versions: [KMIPVersion] = [.v2_1], refusing refused: Set<KMIP.Operation> = [],
    _ body: (TestLine) async throws -> Void
  ) async throws {
    let asker = try #require(try await setRole(.client, on: Self.peer).asker)
    let line = TestLine(versions, refusing: refused)
    let task = Task { await asker.ask(over: line) }
    try await body(line)
    task.cancel()
    await task.value
  }
}

/// A client that answers at once, and keeps what it was told.
final class TestLine: MessageLine {
  struct Request: Sendable {
    let version: KMIPVersion
    let operation: KMIP.Operation?
    let payload: TTLVItem
  }

  private let versions: [KMIPVersion]
  private let refused: Set<KMIP.Operation>
  private let requests: AsyncStream<Request>
  private let continuation: AsyncStream<Request>.Continuation
  private let count = Atomic<Int>(0)

  init(_ versions: [KMIPVersion], refusing refused: Set<KMIP.Operation>) {
    self.versions = versions
    self.refused = refused
    (requests, continuation) = AsyncStream.makeStream()
  }

  /// How much it was told that nobody has looked at yet.
  var waiting: Int { count.load(ordering: .relaxed) }

  /// The next that it is told, greetings aside.
  func told() async -> Request? {
    for await request in requests {
      count.subtract(1, ordering: .relaxed)
      return request
    }
    return nil
  }

  func ask(_ message: [UInt8]) async -> WipedBytes? {
    guard let root = try? TTLVDocument(message, limits: KMIPDoor.limits).root,
      let version = RequestMessage.version(of: root), let item = root[.batchItem],
      let payload = item[.requestPayload]
    else { return nil }
    let operation = item[.operation]?.enumeration(KMIP.Operation.self)
    if operation == .put || operation == .notify {
      count.add(1, ordering: .relaxed)
      continuation.yield(Request(version: version, operation: operation, payload: payload))
    }
    return answer(operation)
  }

  private func answer(_ operation: KMIP.Operation?) -> WipedBytes {
    let isRefused = operation.map(refused.contains) ?? true
    var writer = TTLVWriter()
    writer.structure(.responseMessage) { message in
      message.structure(.batchItem) { item in
        if let operation { item.enumeration(operation) }
        item.enumeration(isRefused ? KMIP.ResultStatus.operationFailed : .success)
        guard !isRefused else { return item.enumeration(KMIP.ResultReason.operationNotSupported) }
        item.structure(.responsePayload) { payload in
          if operation == .discoverVersions { write(into: &payload) }
        }
      }
    }
    return writer.finish()
  }

  private func write(into payload: inout TTLVWriter) {
    for version in versions {
      payload.structure(.protocolVersion) { writer in
        writer.integer(.protocolVersionMajor, version.major)
        writer.integer(.protocolVersionMinor, version.minor)
      }
    }
  }
}
