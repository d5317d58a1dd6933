import DoorAWS
import DoorKMIP
import Foundation
import KMSBytes
import KMSDomain
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
    let answer = await door.respond(to: message, as: caller, peer)
    if ProcessInfo.processInfo.environment["KMIP_RECORDS"] != nil,
      let last = try? house.logText().split(separator: "\n").last
    {
      FileHandle.standardError.write(Data((last + "\n").utf8))
    }
    for cause in house.faults.causes { FileHandle.standardError.write(Data((cause + "\n").utf8)) }
    return answer
  }
}
