package import KMSBytes
package import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPDoor {
  /// Writes the records of one event-loop turn; then their answers may leave.
  /// - Returns: false when they couldn't be written: then none of them may.
  package func commit(_ records: [AuditRecord]) -> Bool {
    do throws(KMSError) {
      try engine.commit(records)
      return true
    } catch {
      return false
    }
  }

  /// What somebody is told whose bytes can't be read as a message.
  package func refusal(_ words: String) -> WipedBytes {
    ResponseMessage.refusal(
      KMIPFault(.invalidMessage, words), nil, now: engine.desk.clock.now().milliseconds / 1000)
  }

  /// Answers a message on the event loop that received it: one item of a hot operation on a warm object, by a client that is
  /// known by its connection alone. It never waits.
  /// - Returns: nil for the ordinary lane, which then does all of it.
  package func attempt(_ message: WipedBytes, as caller: Caller, _ peer: KMIPPeer) -> KMIPAttempt? {
    guard let account = caller.account, let document = try? TTLVDocument(message, limits: KMIPDoor.limits),
      let request = try? RequestMessage(document.root), request.items.count == 1,
      !request.header.isAsynchronous, request.header.credentials.isEmpty
    else { return nil }
    let item = request.items[0]
    guard item.extensions.isEmpty, let operation = item.operation, let hot = Catalogue.hot(operation),
      KMIPRegistry.isKnown(operation, in: request.header.version)
    else { return nil }
    let home = Keyring(account: account, region: region, kind: .kmip)
    return hot.attempt(
      HotMessage(request.header, item, KMIPCall(self, request.header.version, caller, peer, home: home)))
  }
}
