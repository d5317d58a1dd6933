import DoorAWS
import DoorKMIP
import Foundation
import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse

/// The house behind the server: the parts that ship, with everything permitted, and a clock that goes.
final class ServedHouse: Sendable {
  private let house: TestHouse
  private let door: KMIPDoor
  private let caller: Caller
  private let peer = KMIPPeer(source: "127.0.0.1", fingerprint: nil)

  init() async throws {
    house = try await TestHouse(AWSVocabulary(), legacy: .all, notes: KMIPNotesReader())
    door = KMIPDoor(house.engine, region: Fixtures.keyring.region)
    caller = Caller(
      account: Fixtures.account, principal: "arn:aws:iam::\(Fixtures.account.text):user/replay",
      principalID: "AIDAREPLAY", userName: "replay", isRoot: false, credential: "certificate",
      policies: [.administrator])
  }

  func respond(to message: WipedBytes) async -> WipedBytes {
    let real = Int64(Date().timeIntervalSince1970 * 1000)
    house.clock.advance(milliseconds: real - house.clock.now().milliseconds)
    let short = await shortAnswer(to: message)
    let answer = if let short { short } else { await door.respond(to: message, as: caller, peer) }
    for cause in house.faults.causes { FileHandle.standardError.write(Data((cause + "\n").utf8)) }
    return answer
  }

  /// As a listener does it: what can be answered on the short way is.
  private func shortAnswer(to message: WipedBytes) async -> WipedBytes? {
    switch door.attempt(message, as: caller, peer) {
    case .recorded(let answer, let record):
      return (try? house.engine.commit([record])).map { WipedBytes(answer) }
    case .counted(let answer): return WipedBytes(answer)
    case .later(let work):
      return WipedBytes(
        await withCheckedContinuation { continuation in work { continuation.resume(returning: $0) } })
    case nil: return nil
    }
  }
}
