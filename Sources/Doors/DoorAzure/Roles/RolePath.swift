import KMSDomain

/// Where roles are given: the whole managed HSM, all its keys, or one of them.
struct RoleScope: Hashable, Sendable {
  /// `/`, `/keys` or `/keys/{name}`, as its author wrote it.
  let text: String

  static let all = RoleScope(text: "/")

  private init(text: String) { self.text = text }

  /// - Returns: nil for what is no such place.
  init?(_ segments: some Collection<String>) {
    let parts = segments.filter { !$0.isEmpty }
    guard let first = parts.first else {
      self = .all
      return
    }
    guard first.lowercased() == "keys", parts.count <= 2 else { return nil }
    if parts.count == 2, let name = parts.last, !ItemNames.isName(name) { return nil }
    text = "/keys" + (parts.count == 2 ? "/" + (parts.last ?? "") : "")
  }

  init?(_ text: String) {
    guard text.utf8.count <= RoleLimits.scope, text.isEmpty || text.utf8.first == UInt8(ascii: "/") else {
      return nil
    }
    self.init(text.split(separator: "/").map(String.init))
  }

  /// As what policies know it; nil: the whole vault.
  func place(in vault: Vault) -> VaultPlace? {
    let parts = text.split(separator: "/")
    guard !parts.isEmpty else { return nil }
    return VaultPlace(vault: vault.name.text, .keys, parts.count == 2 ? String(parts[1]) : nil)
  }

  /// Whether it is the same place as another or one within it.
  func isWithin(_ other: RoleScope) -> Bool {
    let (mine, others) = (text.lowercased(), other.text.lowercased())
    return others == "/" || mine == others || mine.utf8.starts(with: (others + "/").utf8)
  }

  /// How identifiers of what is there begin.
  var prefix: String { self == .all ? "" : text }
}

/// What a path asks for: role definitions or assignments at a place.
struct RolePath: Sendable {
  enum Kind: Sendable {
    case definitions
    case assignments
  }

  let scope: RoleScope
  let kind: Kind
  /// nil: all there.
  let id: String?

  /// - Returns: nil for a path that is about something else.
  init?(_ segments: [String]) {
    guard let start = segments.firstIndex(where: { $0.lowercased() == "providers" }), start <= 2,
      segments.count >= start + 3, segments.count <= start + 4,
      segments[start + 1].lowercased() == "microsoft.authorization",
      let scope = RoleScope(segments[..<start])
    else { return nil }
    switch segments[start + 2].lowercased() {
    case "roledefinitions": kind = .definitions
    case "roleassignments": kind = .assignments
    default: return nil
    }
    self.scope = scope
    id = segments.count == start + 4 && !segments[start + 3].isEmpty ? segments[start + 3] : nil
  }
}

/// What is taken at most.
enum RoleLimits {
  static let name = 512
  static let description = 2048
  static let scope = 256
  /// Of one role.
  static let dataActions = 100
  static let dataAction = 256
  static let scopes = 16
  static let filter = 512
}
