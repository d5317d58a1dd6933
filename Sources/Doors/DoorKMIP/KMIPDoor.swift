package import KMSBytes
package import KMSDomain
package import KMSEngine
package import NetKit
import WireKMIP

/// The KMIP door: a message in, a message out, in whichever form and by whichever transport they travel.
package final class KMIPDoor: Sendable {
  let engine: Engine
  /// The Region in which clients' objects are at home.
  let region: String
  let requestIDs: RequestIDs
  let deferred: DeferredWork
  let streams = OpenStreams()
  let pkcs11 = PKCS11Clients()
  let tickets = Tickets()
  let rounds = GroupRounds()
  /// nil: tickets serve only those who took them out.
  let clients: (any ClientFinder)?
  let settings: KMIPSettings
  let notices: KMIPNotices

  /// - Parameter notices: what the engine tells of changes.
  package convenience init(
    _ engine: Engine, region: String, settings: KMIPSettings = KMIPSettings(),
    clients: (any ClientFinder)? = nil, notices: KMIPNotices = KMIPNotices()
  ) {
    self.init(
      engine, region: region, settings: settings, clients: clients, notices: notices, deferred: DeferredWork()
    )
  }

  init(
    _ engine: Engine, region: String, settings: KMIPSettings = KMIPSettings(),
    clients: (any ClientFinder)? = nil, notices: KMIPNotices = KMIPNotices(), deferred: DeferredWork
  ) {
    self.engine = engine
    self.deferred = deferred
    self.notices = notices
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
    await converse(message, as: caller, peer).message
  }

  /// What is said to a message, and who speaks on its connection afterwards.
  package struct Answer: Sendable {
    package let message: WipedBytes
    /// nil: the client goes on asking; otherwise this side does, as the client wanted it.
    package let asker: (any MessageAsker)?
  }

  /// The same on a connection whose roles may change.
  package func converse(_ message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer) async -> Answer {
    await converse(message, as: caller, peer, authenticates: false)
  }

  func respond(
    to message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer, authenticates: Bool
  ) async -> WipedBytes {
    await converse(message, as: caller, peer, authenticates: authenticates).message
  }

  /// - Parameter authenticates: see `KMIPCall.authenticates`.
  private func converse(
    _ message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer, authenticates: Bool
  ) async -> Answer {
    let now = engine.desk.clock.now().milliseconds / 1000
    let document: TTLVDocument
    do throws(TTLVError) {
      document = try TTLVDocument(message, limits: KMIPDoor.limits)
    } catch {
      let fault = KMIPFault(
        .invalidMessage, "The message isn't TTLV: \(error.reason) at \(error.offset).")
      return Answer(message: ResponseMessage.refusal(fault, nil, now: now), asker: nil)
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
      let answer = await batch.run(correlation: requestIDs.next().text)
      return Answer(message: answer, asker: call.announcer)
    } catch {
      let version = RequestMessage.version(of: document.root)
      return Answer(message: ResponseMessage.refusal(error, version, now: now), asker: nil)
    }
  }
}

/// What the door tells clients about the server, and what it is configured to do.
package struct KMIPSettings: Sendable {
  /// For Query: what runs here.
  package let version: String
  /// Where clients reach it over HTTPS; nil where they don't.
  package let https: (uri: String, port: Int32)?
  /// How long a client may go on using what it was told, in seconds.
  package let leaseTime: UInt32

  package init(
    version: String = "0", https: (uri: String, port: Int32)? = nil, leaseTime: UInt32 = 3600
  ) {
    self.version = version
    self.https = https
    self.leaseTime = leaseTime
  }
}
