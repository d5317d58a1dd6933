package import KMSBytes
package import KMSDomain
package import KMSEngine
import WireKMIP

/// The KMIP door: a message in, a message out, in whichever form and by whichever transport they travel.
package final class KMIPDoor: Sendable {
  let engine: Engine
  /// The Region in which clients' objects are at home.
  let region: String
  let requestIDs: RequestIDs
  let deferred = DeferredWork()
  let streams = OpenStreams()
  let pkcs11 = PKCS11Clients()
  let tickets = Tickets()
  let rounds = GroupRounds()
  /// nil: tickets serve only those who took them out.
  let clients: (any ClientFinder)?
  let settings: KMIPSettings

  package init(
    _ engine: Engine, region: String, settings: KMIPSettings = KMIPSettings(),
    clients: (any ClientFinder)? = nil
  ) {
    self.engine = engine
    requestIDs = RequestIDs(engine.desk.randomness)
    self.region = region
    self.settings = settings
    self.clients = clients
  }

  /// What is taken at all: keys and certificates are small.
  package static let mostBytes = 1 << 20

  static let limits = TTLVDocument.Limits(bytes: mostBytes, depth: 32, items: 20_000)

  /// Answers a message in TTLV.
  /// - Parameter caller: nil where the connection proved nobody's identity.
  package func respond(to message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer) async -> WipedBytes {
    await respond(to: message, as: caller, peer, authenticates: false)
  }

  /// - Parameter authenticates: see `KMIPCall.authenticates`.
  func respond(
    to message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer, authenticates: Bool
  ) async -> WipedBytes {
    let now = engine.desk.clock.now().milliseconds / 1000
    let document: TTLVDocument
    do throws(TTLVError) {
      document = try TTLVDocument(message, limits: KMIPDoor.limits)
    } catch {
      return ResponseMessage.refusal(
        KMIPFault(.invalidMessage, "The message isn't TTLV: \(error.reason) at \(error.offset)."), nil,
        now: now)
    }
    do throws(KMIPFault) {
      let request = try RequestMessage(document.root)
      guard let caller else {
        throw KMIPFault(.authenticationNotSuccessful, "The client isn't known here.")
      }
      let who = try await Authentication(request.header.credentials, caller, self)
      guard let account = who.caller.account else {
        throw KMIPFault(.authenticationNotSuccessful, "The client isn't known here.")
      }
      let home = Keyring(account: account, region: region, kind: .kmip)
      let call = KMIPCall(
        self, request.header.version, who.caller, peer, home: home, ticket: who.ticket, claim: who.claim,
        undoes: request.header.onError == .undo)
      call.authenticates = authenticates
      var batch = Batch(request, call)
      return await batch.run(correlation: requestIDs.next().text)
    } catch {
      return ResponseMessage.refusal(error, RequestMessage.version(of: document.root), now: now)
    }
  }
}

/// What the door tells clients about the server, and what it is configured to do.
package struct KMIPSettings: Sendable {
  /// For Query: what runs here.
  package let version: String
  /// Where clients reach it over HTTPS; nil where they don't.
  package let https: (uri: String, port: Int32)?

  package init(version: String = "0", https: (uri: String, port: Int32)? = nil) {
    self.version = version
    self.https = https
  }
}
