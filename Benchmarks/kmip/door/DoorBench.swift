import DoorAWS
import DoorKMIP
import KMSBytes
import KMSDomain
import KMSEngine
import KMSSystem
import KMSTestKit
import TestHouse
import WireKMIP

/// What the door itself costs, one thread: whole messages in and out of `KMIPDoor.attempt`, with policy and audit, without sockets and
/// TLS. An argument chooses lines by a part of their names. Records are written 64 at a time, as one turn of an event loop with pipelining clients does.
@main struct DoorBench {
  private static let turns = 40
  private static let perTurn = 4_096

  static func main() async throws {
    let bench = try await Bench()
    let wanted = CommandLine.arguments.dropFirst().first ?? ""
    for (name, message) in [
      ("Encrypt AES-128-GCM 64 B", bench.encrypt(64, .gcm)),
      ("Encrypt AES-128-GCM 1 KiB", bench.encrypt(1024, .gcm)),
      ("Encrypt AES-128-CBC 64 B", bench.encrypt(64, .cbc)), ("RNGRetrieve 32 B", bench.random()),
    ] where name.contains(wanted) || wanted.isEmpty {
      var best = Double.infinity
      for _ in 0..<turns { best = min(best, try time { try bench.run(message, perTurn) }) }
      print("\(name): \(Int(Double(perTurn) / best))/s, \(Int(best / Double(perTurn) * 1e9)) ns")
    }
  }

  private static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = SystemClock.monotonicNanoseconds
    try body()
    return Double(SystemClock.monotonicNanoseconds - start) / 1e9
  }
}

struct Failed: Error {}

/// A door over the parts that ship, with one warm key.
struct Bench {
  private let house: TestHouse
  private let door: KMIPDoor
  private let caller: Caller
  private let peer = KMIPPeer(source: "192.0.2.1", fingerprint: nil)
  private let identifier: String

  init() async throws {
    house = try await TestHouse(AWSVocabulary(), notes: KMIPNotesReader())
    let home = Keyring(account: Fixtures.account, region: "eu-central-1", kind: .kmip)
    door = KMIPDoor(house.engine, region: home.region)
    caller = Caller(
      account: home.account, principal: "arn:aws:iam::\(home.account.text):user/bench",
      principalID: "AIDABENCH",
      userName: "bench", isRoot: false, credential: "certificate", policies: [.administrator])
    identifier = try await Bench.makeKey(house, home, caller)
    for message in [encrypt(64, .gcm), get()] { guard await answers(message) else { throw Failed() } }
  }

  private static func makeKey(_ house: TestHouse, _ home: Keyring, _ caller: Caller) async throws -> String {
    var dates = ObjectDates()
    dates.activation = house.clock.now()
    let usages: KeyUsages = [.encrypt, .decrypt, .mac, .verifyMac]
    let object = NewObject(
      kind: .symmetricKey, spec: .aes128, usages: usages, uses: usages, exportable: true, isShared: false,
      dates: dates, source: .generated(length: nil))
    let work = ObjectWork("Create", in: home, making: [.createKey]) { _ in ObjectPlan(makes: [object]) }
    let answer = try await house.engine.run(work, as: caller, from: Fixtures.origin())
    return answer.made[0].record.identifier
  }

  private func answers(_ message: [UInt8]) async -> Bool {
    let answer = await door.respond(to: WipedBytes(message), as: caller, peer)
    let document = try? answer.withArray {
      try TTLVDocument($0, limits: .init(bytes: 1 << 20, depth: 16, items: 100))
    }
    return document?.root[.batchItem]?[.resultStatus]?.enumeration == 0
  }

  func run(_ message: [UInt8], _ count: Int) throws {
    var records: [AuditRecord] = []
    records.reserveCapacity(64)
    for number in 1...count {
      guard
        case .recorded(let answer, let record) = door.attempt(WipedBytes(Array(message)), as: caller, peer),
        answer.count > 100
      else { throw Failed() }
      records.append(record)
      guard number.isMultiple(of: 64) else { continue }
      try house.engine.commit(records)
      records.removeAll(keepingCapacity: true)
    }
  }

  func encrypt(_ count: Int, _ mode: KMIP.BlockCipherMode) -> [UInt8] {
    message(.encrypt) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.structure(.cryptographicParameters) { parameters in
        parameters.enumeration(mode)
        if mode == .cbc { parameters.enumeration(KMIP.PaddingMethod.pkcs5) }
        parameters.boolean(.randomIV, true)
      }
      payload.byteString(.data, [UInt8](repeating: 7, count: count))
    }
  }

  func get() -> [UInt8] { message(.get) { $0.text(.uniqueIdentifier, identifier) } }

  func random() -> [UInt8] { message(.rngRetrieve) { $0.integer(.dataLength, 32) } }

  private func message(_ operation: KMIP.Operation, _ body: (inout TTLVWriter) -> Void) -> [UInt8] {
    var writer = TTLVWriter()
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { header in
        header.structure(.protocolVersion) { version in
          version.integer(.protocolVersionMajor, 1)
          version.integer(.protocolVersionMinor, 4)
        }
        header.integer(.batchCount, 1)
      }
      message.structure(.batchItem) { item in
        item.enumeration(operation)
        item.structure(.requestPayload, body)
      }
    }
    return writer.bytes
  }
}
