import WireJSON

/// What a release policy demands of an environment (Azure's secure key release policy grammar, version 1.0).
///
/// It is strict: what isn't in the grammar isn't passed over, for a misspelt condition would be one that always holds.
struct ReleaseRules: Sendable {
  struct Authority: Sendable {
    let name: String
    let condition: ReleaseCondition
  }

  /// One of them has to be the one that attests, and what it says has to meet its condition.
  let authorities: [Authority]

  static let versions: Set<String> = ["0.2", "1.0", "1.0.0"]
  private static let mostAuthorities = 32
  private static let longestName = 2048

  /// - Throws: `badParameter`.
  init(_ data: [UInt8]) throws(KeyFault) {
    guard let root = try? JSONDocument(data, limits: VaultLimits.json).root, root.kind == .object,
      root.count == 2, let version = root["version"]?.string, ReleaseRules.versions.contains(version),
      let list = ReleaseCondition.list(root, .any), list.count <= ReleaseRules.mostAuthorities
    else { throw .invalid("release_policy") }
    var authorities: [Authority] = []
    for one in list.elements { authorities.append(try ReleaseRules.authority(one)) }
    self.authorities = authorities
  }

  private static func authority(_ value: JSONValue) throws(KeyFault) -> Authority {
    guard value.kind == .object, value.count == 2, let name = value["authority"]?.string,
      (1...longestName).contains(name.utf8.count)
    else { throw .invalid("release_policy") }
    return Authority(name: name, condition: try ReleaseCondition(groupOf: value))
  }

  /// Whether an authority's word of an environment is enough.
  /// - Parameter claims: a JSON object.
  func allow(_ claims: JSONValue, by authority: String) -> Bool {
    authorities.contains {
      ReleaseRules.plain($0.name) == ReleaseRules.plain(authority) && $0.condition.holds(of: claims)
    }
  }

  /// Issuers are written with and without the slash at the end.
  private static func plain(_ name: String) -> Substring { name.hasSuffix("/") ? name.dropLast() : name[...] }
}
