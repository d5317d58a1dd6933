import KMSBytes
import KMSDomain
import KMSEngine
import NetKit
import WireKMIP

/// The dialect of the clients that speak KMIP 2.1 in JSON as bare operations: a request is `Create`, `Get` and so on, its answer
/// `CreateResponse`, and a failure an HTTP status with words. Whole messages are taken too, in the dialect's names.
///
/// These clients create keys that are active at once, encrypt without saying how, and name keys by tags.
struct WebDialect {
  let door: KMIPDoor
  let caller: Caller?
  let peer: KMIPPeer

  /// What goes wrong, as HTTP tells it.
  struct Refusal: Error {
    let status: Int
    let text: String
  }

  func respond(_ body: WipedBytes) async -> WireResponse {
    guard caller != nil else { return WebAnswer.plain(401, "The client isn't known here.") }
    guard let message = WebForm.json.decode(body, names: DialectNames.names),
      let document = try? TTLVDocument(message, limits: KMIPDoor.limits)
    else { return WebAnswer.plain(400, "The body isn't an operation of KMIP in JSON.") }
    guard document.root.tag != .requestMessage else {
      let answer = await door.respond(to: message, as: caller, peer, authenticates: true)
      return json(answer)
    }
    do throws(Refusal) {
      return WebAnswer.message(try await operation(document.root), .json)
    } catch {
      return WebAnswer.plain(error.status, error.text)
    }
  }

  private func operation(_ root: TTLVItem) async throws(Refusal) -> [UInt8] {
    guard let operation = DialectNames.operation(root.tag) else {
      throw Refusal(status: 422, text: "There is no such operation.")
    }
    var request = DialectRequest(now: door.engine.desk.clock.now().seconds)
    if let tags = DialectRequest.tags(of: root) { request.identifier = try await identifier(of: tags) }
    let message = request.message(operation, root)
    let answer = await door.respond(to: WipedBytes(message), as: caller, peer, authenticates: true)
    guard let written = DialectAnswer.root(operation, try WebDialect.payload(of: answer)) else {
      throw .unwritable
    }
    return JSONForm.encode(written.root, style: DialectNames.style)
  }

  /// The one object that has all of these tags.
  private func identifier(of tags: [String]) async throws(Refusal) -> String {
    let message = DialectRequest.search(tags)
    let answer = await door.respond(to: WipedBytes(message), as: caller, peer, authenticates: true)
    let found = try WebDialect.payload(of: answer)?.all(.uniqueIdentifier).compactMap(\.text) ?? []
    guard found.count == 1, let identifier = found.first else {
      throw Refusal(
        status: found.isEmpty ? 404 : 422,
        text: found.isEmpty ? "No object has these tags." : "More than one object has these tags.")
    }
    return identifier
  }

  private func json(_ answer: WipedBytes) -> WireResponse {
    guard let document = try? TTLVDocument(answer, limits: KMIPDoor.limits) else {
      return WebAnswer.plain(Refusal.unwritable.status, Refusal.unwritable.text)
    }
    return WebAnswer.message(JSONForm.encode(document.root, style: DialectNames.style), .json)
  }

  /// - Throws: what the item failed with.
  private static func payload(of answer: WipedBytes) throws(Refusal) -> TTLVItem? {
    guard let document = try? TTLVDocument(answer, limits: KMIPDoor.limits),
      let item = document.root[.batchItem]
    else { throw .unwritable }
    guard item[.resultStatus]?.enumeration(KMIP.ResultStatus.self) == .success else {
      throw Refusal(
        status: status(item[.resultReason]?.enumeration()), text: item[.resultMessage]?.text ?? "")
    }
    return item[.responsePayload]
  }

  private static func status(_ reason: KMIP.ResultReason?) -> Int {
    switch reason {
    case .permissionDenied, .notAuthorised: 403
    case .authenticationNotSuccessful: 401
    case .itemNotFound, .objectNotFound, .objectDestroyed: 404
    case .internalServerError, .generalFailure: 500
    default: 422
    }
  }
}

extension WebDialect.Refusal {
  static let unwritable = WebDialect.Refusal(status: 500, text: "The answer can't be given.")
}
