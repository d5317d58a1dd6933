import KMSBytes
import KMSDomain
import KMSEngine
package import NetKit
import WireKMIP

/// KMIP over HTTPS: whole messages at one path, and the bare operations of another product's clients at a second one.
///
/// Who asks is proved by the client's certificate alone, as on KMIP's own port. A token or a password in a header gives no rights: the
/// server knows of none that would stand for a KMIP client.
package struct KMIPWeb: WireService {
  private static let messages = "/kmip"
  private static let operations = "/kmip/2_1"

  package let paths: Set<String> = [messages, operations]
  private let door: KMIPDoor

  package init(_ door: KMIPDoor) { self.door = door }

  package func turn() -> any FastTurn { NoFastLane().turn() }

  package func respond(_ request: WireRequest) async -> WireResponse {
    guard request.method == "POST" else {
      var response = WebAnswer.plain(405, "Only POST is taken here.")
      response.add("allow", "POST")
      return response
    }
    let types = request.fields.values(of: "content-type")
    guard types.count == 1, let form = types.first.flatMap(WebForm.init(contentType:)) else {
      return WebAnswer.plain(
        415, "A message is application/octet-stream, text/xml or application/json.")
    }
    let peer = KMIPPeer(
      source: request.connection.source, fingerprint: request.connection.certificate?.bytes)
    let caller = await caller(peer)
    guard request.target.prefix(while: { $0 != "?" }) == KMIPWeb.operations else {
      return await message(request.body, form, caller, peer)
    }
    guard form == .json else { return WebAnswer.plain(415, "Operations are application/json.") }
    return await WebDialect(door: door, caller: caller, peer: peer).respond(request.body)
  }

  package func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse {
    switch refusal {
    case .tooLong:
      await reject("requestTooLarge", connection.source)
      return WebAnswer.plain(413, "The message is longer than the server takes.")
    case .tooMany:
      await reject("throttled", connection.source)
      var response = WebAnswer.plain(503, "Too many long messages are under way.")
      response.add("retry-after", "1")
      return response
    }
  }

  private func caller(_ peer: KMIPPeer) async -> Caller? {
    guard let fingerprint = peer.fingerprint else { return nil }
    return await door.clients?.caller(fingerprint)
  }

  /// There is an answer in KMIP whatever is wrong with a message: HTTP has nothing to complain about then.
  private func message(
    _ body: WipedBytes, _ form: WebForm, _ caller: Caller?, _ peer: KMIPPeer
  ) async -> WireResponse {
    if caller == nil { await reject("unknownCertificate", peer.source) }
    guard let message = form.decode(body) else {
      return WebAnswer.message(form.encode(door.refusal("The message isn't \(form.contentType).")), form)
    }
    return WebAnswer.message(form.encode(await door.respond(to: message, as: caller, peer)), form)
  }

  /// A record that can't be written changes nothing: nobody is let in.
  private func reject(_ code: String, _ source: String) async {
    let origin = RequestOrigin(
      id: door.requestIDs.next(), door: "kmip", source: source, isEncrypted: true, userAgent: "")
    try? await door.engine.reject(code, operation: "", as: nil, from: origin)
  }
}

/// Answers in HTTP. None may be kept by anybody on the way.
enum WebAnswer {
  static func message(_ body: [UInt8], _ form: WebForm) -> WireResponse {
    WireResponse(
      status: 200, fields: [("content-type", form.contentType), ("cache-control", "no-cache")], body: body)
  }

  static func plain(_ status: Int, _ text: String) -> WireResponse {
    WireResponse(
      status: status, fields: [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-cache")],
      body: Array(text.utf8))
  }
}
