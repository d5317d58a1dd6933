import KMSDomain
import KMSEngine
import NetKit
import WireKMIP

/// Tells a client, on a connection on which it answers, what becomes of objects: of new ones that it may have, all there is (Put, KMIP
/// 2.1 section 6.2.3); of others that it may read the attributes of, which of them changed (Notify, section 6.2.2).
///
/// Each message is judged and recorded as if the client had asked for it by Get or Get Attributes then, as the client that its
/// certificate names then. What it may not read, it isn't told of, and that isn't recorded: it has tried nothing.
struct Announcer: MessageAsker {
  let door: KMIPDoor
  let queue: NoticeQueue
  let fingerprint: [UInt8]
  let peer: KMIPPeer
  let home: Keyring
  let claim: RequestOrigin.Claim
  /// In which the client asked for it.
  let version: KMIPVersion

  func ask(over line: any MessageLine) async {
    guard var audience = await Audience(line, version) else { return }
    while let news = await queue.next() {
      // Whoever isn't known any more isn't told anything more.
      guard let caller = await door.clients?.caller(fingerprint), caller.account == home.account else {
        return
      }
      let call = KMIPCall(door, audience.version, caller, peer, home: home, claim: claim)
      guard await tell(Notice(news, call), &audience) else { return }
    }
  }

  /// - Returns: false when the connection is over.
  private func tell(_ notice: Notice, _ audience: inout Audience) async -> Bool {
    guard await notice.isWelcome else { return true }
    if audience.takes(notice.type), let put = await notice.put() {
      switch await audience.ask(.put, put) {
      case .none: return false
      case .refused(.operationNotSupported): audience.takesObjects = false
      case .done, .refused: return true
      }
    }
    guard let notify = await notice.notify() else { return true }
    return await audience.ask(.notify, notify) != nil
  }
}
