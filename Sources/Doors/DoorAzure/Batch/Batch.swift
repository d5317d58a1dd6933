import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// `/batch`: several requests to one vault at once, which Azure doesn't have. Each is authorised, done and recorded as if it had come alone,
/// in the order in which they stand; what goes wrong with one says nothing of the others.
struct Batch: VaultCollection {
  /// Requests in one.
  static let most = 100

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.segments.count == 1 || call.segments == ["batch", ""] else { throw .notFound }
    guard call.method == "POST" else { throw .methodNotAllowed }
    guard let requests = try call.document()["requests"], requests.kind == .array,
      (1...Batch.most).contains(requests.count)
    else { throw .badParameter("Property requests must be a list of 1 to \(Batch.most) requests.") }
    var answers: [BatchAnswer] = []
    for request in requests.elements { answers.append(try await one(request, call)) }
    return .json { json in
      json.beginObject()
      json.name("responses")
      json.beginArray()
      for answer in answers { answer.write(&json) }
      json.endArray()
      json.endObject()
    }
  }

  /// - Throws: what is wrong with the whole: that one of them can't be written down.
  private func one(_ request: JSONValue, _ call: VaultCall) async throws(AzureError) -> BatchAnswer {
    let origin = call.aside.origin
    do throws(AzureError) {
      let part = try BatchRequest(request).call(in: call, origin)
      guard let first = part.segments.first, let collection = VaultDoor.collections[first] else {
        throw .notFound
      }
      try await VaultLimit.check(part)
      return BatchAnswer(id: origin.id, answer: try await collection.answer(part), retryAfter: nil)
    } catch {
      if !error.isRecorded {
        do throws(KMSError) {
          try await call.engine.reject("azure." + error.code, operation: "", as: call.caller, from: origin)
        } catch {
          throw AzureError(503, "ServiceUnavailable", "The service can't answer at this time.")
        }
      }
      return BatchAnswer(id: origin.id, answer: error.answer, retryAfter: error.retryAfter)
    }
  }
}

/// One request of a batch.
private struct BatchRequest {
  private let method: String
  private let segments: [String]
  private let body: WipedBytes

  /// - Throws: `badParameter` for what isn't one, or is none that may stand in a batch: those who read a secret or a key, and those who
  ///   use a key.
  init(_ json: JSONValue) throws(AzureError) {
    guard let method = json["method"]?.string, let path = json["path"]?.string,
      !path.utf8.contains(UInt8(ascii: "?"))
    else { throw .badParameter("A request has a method and a path without a query.") }
    self.method = method
    segments = try VaultDoor.segments(path)
    guard BatchRequest.isOne(method, segments) else {
      throw .badParameter("A batch can read secrets and keys, and use keys.")
    }
    switch json["body"] {
    case .some(let body) where body.kind == .object: self.body = WipedBytes(body.containerText)
    case .some(let body) where !body.isNull: throw .badParameter("The body of a request is an object.")
    default: body = WipedBytes([])
    }
  }

  private static let uses: Set<String> = ["encrypt", "decrypt", "wrapkey", "unwrapkey", "sign", "verify"]

  private static func isOne(_ method: String, _ segments: [String]) -> Bool {
    guard let first = segments.first, segments.count >= 2, !segments[1].isEmpty else { return false }
    let rest = segments.dropFirst(2).map { $0.lowercased() }
    switch (method, first) {
    case ("GET", "secrets"), ("GET", "keys"):
      return rest.count <= 1 && rest.allSatisfy { $0.isEmpty || ItemNames.isVersion($0) }
    case ("POST", "keys"):
      guard let word = rest.last, uses.contains(word) else { return false }
      return rest.count <= 2
    default: return false
    }
  }

  func call(in whole: VaultCall, _ origin: RequestOrigin) -> VaultCall {
    VaultCall(
      engine: whole.engine, vault: whole.vault, caller: whole.caller, application: whole.application,
      origin: origin, requestIDs: whole.requestIDs, method: method, segments: segments, query: whole.query,
      version: whole.version, body: body, base: whole.base, releases: whole.releases)
  }
}

/// What one request of a batch is answered.
private struct BatchAnswer {
  let id: RequestID
  let answer: VaultAnswer
  /// In seconds.
  let retryAfter: Int?

  func write(_ json: inout JSONWriter) {
    json.beginObject()
    json.member("id", id.text)
    json.member("status", answer.status)
    if let retryAfter { json.member("retryAfter", retryAfter) }
    json.name("body")
    if answer.body.isEmpty { json.null() } else { json.value(written: answer.body) }
    json.endObject()
  }
}
