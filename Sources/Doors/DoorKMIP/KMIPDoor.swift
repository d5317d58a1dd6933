package import KMSBytes
package import KMSDomain
package import KMSEngine
import WireKMIP

/// The KMIP door: a message in, a message out, in whichever form and by whichever transport they travel.
package final class KMIPDoor: Sendable {
  let engine: Engine
  /// The Region in which clients' objects are at home.
  let region: String
  let deferred = DeferredWork()
  let streams = OpenStreams()
  let pkcs11 = PKCS11Clients()

  package init(_ engine: Engine, region: String) {
    self.engine = engine
    self.region = region
  }

  /// What is taken at all: keys and certificates are small.
  package static let mostBytes = 1 << 20

  static let limits = TTLVDocument.Limits(bytes: mostBytes, depth: 32, items: 20_000)

  /// Answers a message in TTLV.
  /// - Parameter caller: nil where the connection proved nobody's identity.
  package func respond(to message: WipedBytes, as caller: Caller?, _ peer: KMIPPeer) async -> WipedBytes {
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
      guard let caller, let account = caller.account else {
        throw KMIPFault(.authenticationNotSuccessful, "The client isn't known here.")
      }
      let home = Keyring(account: account, region: region, kind: .kmip)
      let call = KMIPCall(self, request.header.version, caller, peer, home: home)
      var batch = Batch(request, call)
      return await batch.run(correlation: RequestID(engine.desk.randomness.bits128()).text)
    } catch {
      return ResponseMessage.refusal(error, RequestMessage.version(of: document.root), now: now)
    }
  }
}
