import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// A door over the parts that ship, and a client of it.
struct DoorWorld: Sendable {
  let house: TestHouse
  let door: KMIPDoor
  let home: Keyring

  static let client = Fixtures.caller("client", policies: [.administrator])
  static let stranger = Fixtures.caller("stranger")
  static let peer = KMIPPeer(source: "192.0.2.1", fingerprint: nil)

  init(
    legacy: LegacyAlgorithms = .all, listener: any ChangeListener = NobodyListens(),
    room: AnswerRoom.Limits = DeferredWork.room
  ) async throws {
    house = try await TestHouse(legacy: legacy, notes: KMIPNotesReader(), listener: listener)
    home = Keyring(account: Fixtures.account, region: Fixtures.keyring.region, kind: .kmip)
    door = KMIPDoor(house.engine, region: home.region, deferred: DeferredWork(room: room))
  }

  /// An active object that may be used for everything that its kind can do.
  /// - Parameter parameters: its Cryptographic Parameters attribute.
  func object(
    _ kind: ObjectKind, _ spec: KeySpec, _ source: NewObject.Source,
    algorithm: KMIP.CryptographicAlgorithm? = nil,
    limit: UsageLimit? = nil, parameters: ((inout TTLVWriter) -> Void)? = nil
  ) async throws -> String {
    var notes = AttributeList()
    if let parameters {
      notes.add(.cryptographicParameters) { $0.structure(.cryptographicParameters, parameters) }
    }
    if let algorithm { notes.set(algorithm) }
    var dates = ObjectDates()
    dates.activation = house.clock.now()
    let object = NewObject(
      kind: kind, spec: spec, usages: spec.explicitUsages, uses: spec.explicitUsages, exportable: true,
      isShared: false, dates: dates, limit: limit, notes: notes.notes, source: source)
    let work = ObjectWork("Register", in: home, making: [.registerObject]) { _ in ObjectPlan(makes: [object])
    }
    return try await house.engine.run(work, as: Self.client, from: origin()).made[0].record
      .identifier
  }

  func secret(
    _ spec: KeySpec, _ bytes: [UInt8], algorithm: KMIP.CryptographicAlgorithm? = nil,
    limit: UsageLimit? = nil,
    parameters: ((inout TTLVWriter) -> Void)? = nil
  ) async throws -> String {
    try await object(
      .symmetricKey, spec, .given(.encoded(Payload(copying: bytes.span), .raw)), algorithm: algorithm,
      limit: limit,
      parameters: parameters)
  }

  /// Every call has a request id of its own.
  func origin() -> RequestOrigin {
    RequestOrigin(
      id: RequestID(house.engine.desk.randomness.bits128()), door: "kmip", source: "192.0.2.1",
      isEncrypted: true,
      userAgent: "")
  }

  /// A key pair whose private half is the object.
  func pair(_ spec: KeySpec, parameters: ((inout TTLVWriter) -> Void)? = nil) async throws -> String {
    var object = NewObject(
      kind: .privateKey, spec: spec, usages: spec.explicitUsages, uses: spec.explicitUsages, exportable: true,
      isShared: false, dates: ObjectDates(), source: .generated(length: nil))
    object.dates.activation = house.clock.now()
    if let parameters {
      var notes = AttributeList()
      notes.add(.cryptographicParameters) { $0.structure(.cryptographicParameters, parameters) }
      object.notes = notes.notes
    }
    let made = object
    let work = ObjectWork("Create", in: home, making: [.createKey]) { _ in ObjectPlan(makes: [made]) }
    return try await house.engine.run(work, as: Self.client, from: origin()).made[0].record
      .identifier
  }
}

extension DoorWorld {
  typealias Body = (inout TTLVWriter) -> Void

  /// One item of a request: an operation, and what writes its payload.
  struct Ask {
    let operation: KMIP.Operation
    let isEphemeral: Bool
    let payload: Body

    init(_ operation: KMIP.Operation, isEphemeral: Bool = false, _ payload: @escaping Body) {
      self.operation = operation
      self.isEphemeral = isEphemeral
      self.payload = payload
    }
  }

  static func message(_ asks: [Ask], in version: KMIPVersion, header: Body = { _ in }) -> [UInt8] {
    var writer = TTLVWriter()
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { writer in
        writer.structure(.protocolVersion) { writer in
          writer.integer(.protocolVersionMajor, version.major)
          writer.integer(.protocolVersionMinor, version.minor)
        }
        header(&writer)
        writer.integer(.batchCount, Int32(asks.count))
      }
      for (number, ask) in asks.enumerated() {
        message.structure(.batchItem) { item in
          item.enumeration(ask.operation)
          if ask.isEphemeral { item.boolean(.ephemeral, true) }
          if asks.count > 1 { item.byteString(.uniqueBatchItemID, [UInt8(number)]) }
          item.structure(.requestPayload, ask.payload)
        }
      }
    }
    return writer.bytes
  }

  func ask(
    _ asks: [Ask], in version: KMIPVersion = .v2_1, as caller: Caller = client, header: Body = { _ in }
  ) async throws -> [Item] {
    let message = DoorWorld.message(asks, in: version, header: header)
    let answer = await door.respond(to: WipedBytes(message), as: caller, DoorWorld.peer)
    return try DoorWorld.items(answer.withArray { $0 })
  }

  func ask(
    _ operation: KMIP.Operation, in version: KMIPVersion = .v2_1, as caller: Caller = client,
    _ payload: @escaping Body
  ) async throws -> Item {
    try #require(try await ask([Ask(operation, payload)], in: version, as: caller).first)
  }

  static func items(_ answer: [UInt8]) throws -> [Item] {
    let document = try TTLVDocument(answer, limits: KMIPDoor.limits)
    return document.root.all(.batchItem).map(Item.init)
  }
}

/// One item of an answer.
struct Item {
  let item: TTLVItem

  var isSuccess: Bool { item[.resultStatus]?.enumeration(KMIP.ResultStatus.self) == .success }
  var reason: KMIP.ResultReason? { item[.resultReason]?.enumeration() }
  var payload: TTLVItem? { item[.responsePayload] }
  func bytes(_ tag: KMIPTag) -> [UInt8]? { payload?[tag]?.byteString }
  var data: [UInt8]? { bytes(.data) }
  var validity: KMIP.ValidityIndicator? { payload?[.validityIndicator]?.enumeration() }
  var correlation: [UInt8]? { bytes(.correlationValue) }
}
