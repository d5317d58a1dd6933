import KMSDomain
import WireKMIP

/// A message of one item that is answered on the short way.
struct HotMessage {
  let header: RequestMessage.Header
  let item: RequestMessage.Item
  let call: KMIPCall

  init(_ header: RequestMessage.Header, _ item: RequestMessage.Item, _ call: KMIPCall) {
    self.header = header
    self.item = item
    self.call = call
    call.outputs.isEphemeral = item.isEphemeral
  }

  /// The whole answer; `body` writes the payload, or throws why there is none.
  func answer(
    _ origin: RequestOrigin, _ body: (inout TTLVWriter) throws(KMIPFault) -> Void
  ) -> [UInt8] {
    let now = call.now.seconds
    var message = ResponseMessage(header, items: 1, correlation: origin.id.text, now: now)
    do throws(KMIPFault) {
      try message.item(item.code, id: item.id, body)
    } catch {
      message.fail(item.code, id: item.id, error, in: call.version)
    }
    let answer = message.bytes()
    guard let most = header.mostResponseBytes, answer.count > most else { return answer }
    var short = ResponseMessage(header, items: 1, correlation: origin.id.text, now: now)
    short.fail(item.code, id: item.id, .tooLarge(answer.count), in: call.version)
    return short.bytes()
  }

  /// For an answer that is written elsewhere and later: a call belongs to one task.
  var kept: Kept {
    Kept(
      header: header, item: item, door: call.door, caller: call.caller, peer: call.peer, home: call.home)
  }

  struct Kept: Sendable {
    fileprivate let header: RequestMessage.Header
    fileprivate let item: RequestMessage.Item
    fileprivate let door: KMIPDoor
    fileprivate let caller: Caller
    fileprivate let peer: KMIPPeer
    fileprivate let home: Keyring

    var message: HotMessage {
      HotMessage(header, item, KMIPCall(door, header.version, caller, peer, home: home))
    }
  }
}

extension KMIPFault {
  static func tooLarge(_ bytes: Int) -> KMIPFault {
    KMIPFault(.responseTooLarge, "The answer has \(bytes) bytes.")
  }
}
