/// What stands behind the path of a request to a vault.
struct VaultQuery: Sendable {
  let fields: FormFields
  let version: APIVersion

  /// - Throws: `badParameter` for what can't be read, and for a version that is missing or never was one.
  init(_ target: String) throws(AzureError) {
    let text = target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
    guard let fields = FormFields(Array(text)) else { throw .badParameter("The query could not be read.") }
    self.fields = fields
    version = try VaultQuery.version(fields, target)
  }

  /// Clients ask for the state of what takes long exactly where they were sent, without a version.
  private static func version(_ query: FormFields, _ target: String) throws(AzureError) -> APIVersion {
    guard let text = query["api-version"] else {
      let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
      guard path.reversed().starts(with: "/pending".utf8.reversed()) else { throw .noAPIVersion }
      return .newest
    }
    guard let version = APIVersion(text) else {
      throw .unknownAPIVersion(VaultHeaders.echoVersion(text))
    }
    return version
  }
}
