import KMSDomain
import NetKit
import WireJSON

/// What a call is answered, before the fields that every answer has.
struct VaultAnswer: Sendable {
  let status: Int
  let body: [UInt8]
  /// Header fields beside those that every answer has.
  var fields: [(name: String, value: String)] = []

  init(status: Int = 200, _ body: [UInt8]) {
    self.status = status
    self.body = body
  }

  /// Nothing to say but that it is done.
  static let none = VaultAnswer(status: 204, [])

  static func json(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> VaultAnswer {
    var json = JSONWriter(capacity: 1024)
    write(&json)
    return VaultAnswer(status: status, json.bytes)
  }
}

/// Fields of every answer, as Azure's vaults have them.
struct VaultHeaders {
  let request: RequestID
  /// As the client called its request; nil for none.
  let clientRequest: String?
  /// nil as long as nobody knows which vault.
  var region: String?
  let version: String
  /// Where the client is; nil: it isn't told.
  var source: String?

  func response(_ answer: VaultAnswer) -> WireResponse {
    var response = WireResponse(
      status: answer.status,
      fields: [
        ("cache-control", "no-cache"), ("pragma", "no-cache"), ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=31536000;includeSubDomains"),
        ("x-ms-request-id", request.text), ("x-ms-keyvault-service-version", version),
      ], body: answer.body)
    if !answer.body.isEmpty { response.add("content-type", "application/json; charset=utf-8") }
    if let clientRequest { response.add("x-ms-client-request-id", clientRequest) }
    if let region { response.add("x-ms-keyvault-region", region) }
    if let source { response.add("x-ms-keyvault-network-info", VaultHeaders.network(source)) }
    for field in answer.fields { response.add(field.name, field.value) }
    return response
  }

  func response(_ error: AzureError) -> WireResponse {
    var response = response(error.answer)
    if let seconds = error.retryAfter { response.add("retry-after", String(seconds)) }
    return response
  }

  /// How a client's network is described to it: addresses of IPv6 have colons.
  private static func network(_ source: String) -> String {
    let isSix = source.utf8.contains(UInt8(ascii: ":"))
    return
      "conn_type=\(isSix ? "Ipv6" : "Ipv4");addr=\(source);act_addr_fam=\(isSix ? "InterNetworkV6" : "InterNetwork");"
  }

  /// Only what can't be anything else than an identifier goes back.
  static func echo(_ text: String?) -> String? {
    guard let text, (1...64).contains(text.utf8.count),
      text.utf8.allSatisfy({
        (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
      })
    else { return nil }
    return text
  }
}
