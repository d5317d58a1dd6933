extension IdentityRecord {
  /// AWS's quota.
  package static let mostTags = 50
}

extension IdentityKind {
  /// Whether two names are of one and the same tag: users and roles keep the case of a name and don't tell by it.
  package func isSameTag(_ one: String, _ other: String) -> Bool {
    switch self {
    case .user, .role: one.lowercased().utf8.elementsEqual(other.lowercased().utf8)
    case .root, .group, .policy, .provider: one.utf8.elementsEqual(other.utf8)
    }
  }
}
