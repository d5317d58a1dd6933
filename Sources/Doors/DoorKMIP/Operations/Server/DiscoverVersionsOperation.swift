import WireKMIP

/// Which versions both sides speak (KMIP 2.1 section 6.1.16): those that the client names and the server has, in the client's
/// order, or all of the server's, the latest first.
struct DiscoverVersionsOperation: KMIPOperation {
  static let code = KMIP.Operation.discoverVersions
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let named = try versions(payload)
    let known = KMIPVersion.known
    for version in named.isEmpty ? known.reversed() : named.filter(known.contains) {
      let mark = output.open(.protocolVersion)
      output.integer(.protocolVersionMajor, version.major)
      output.integer(.protocolVersionMinor, version.minor)
      output.close(mark)
    }
  }

  private static func versions(_ payload: TTLVItem) throws(KMIPFault) -> [KMIPVersion] {
    var versions: [KMIPVersion] = []
    for item in payload.children where item.tag == .protocolVersion {
      guard let major = item[.protocolVersionMajor]?.integer, let minor = item[.protocolVersionMinor]?.integer
      else { throw .malformed("A protocol version") }
      versions.append(KMIPVersion(major: major, minor: minor))
    }
    return versions
  }
}
