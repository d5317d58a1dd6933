import NetKit

enum AuthorityAnswer {
  /// - Parameter isSecret: nobody between may keep it.
  static func json(_ body: [UInt8], status: Int = 200, isSecret: Bool = false) -> WireResponse {
    WireResponse(
      status: status,
      fields: [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", isSecret ? "no-store" : "max-age=3600"), ("x-content-type-options", "nosniff"),
      ], body: body)
  }

  static let notFound = WireResponse(
    status: 404, fields: [("content-type", "text/plain")], body: Array("There is nothing here.".utf8))

  static func allowed(_ method: String) -> WireResponse {
    WireResponse(
      status: 405, fields: [("content-type", "text/plain"), ("allow", method)],
      body: Array("Only \(method) is taken here.".utf8))
  }
}
