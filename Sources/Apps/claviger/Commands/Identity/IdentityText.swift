import AdminAPI

/// Users and roles for people.
enum IdentityText {
  static func write(_ identity: IdentityDetails, _ form: OutputForm) throws {
    if form.json { return try JSONText.write(identity) }
    for line in lines(identity) { print(line) }
  }

  /// All parts of a list.
  static func list(
    _ endpoint: AdminEndpoint<ListRequest, IdentityList>, _ place: IdentityPlace, _ form: OutputForm
  ) async throws {
    let list = try await place.client().whole(endpoint, \.identities, of: place.account)
    if form.json { return try JSONText.write(list) }
    let rows = list.identities.map { [$0.name, $0.createdAt, $0.arn] }
    for line in Columns.lines(["NAME", "CREATED", "ARN"], rows) { print(line) }
  }

  static func lines(_ identity: IdentityDetails) -> [String] {
    var lines = [
      field("name", identity.name), field("arn", identity.arn), field("id", identity.id),
      field("created", identity.createdAt),
    ]
    lines += identity.policies.map { field("may", right($0)) }
    if identity.policies.isEmpty { lines.append(field("may", "nothing of its own")) }
    if let boundary = identity.boundary { lines.append(field("at most", boundary)) }
    lines += identity.groups.map { field("in group", $0) }
    lines += identity.accessKeys.map {
      field("access key", "\($0.accessKeyID), \($0.isActive ? "active" : "disabled"), made \($0.createdAt)")
    }
    lines += identity.certificates.map {
      field("certificate", "\($0.fingerprint), \($0.state.rawValue), until \($0.notAfter)")
    }
    if let trust = identity.trust { lines.append(field("trusts", trust)) }
    return lines
  }

  /// In a few words.
  static func rights(_ identity: IdentityDetails) -> String {
    let rights = identity.policies.map { $0.document == nil ? name($0) : name($0) + " on some keys" }
    return rights.isEmpty ? "no rights yet" : rights.joined(separator: ", ")
  }

  /// What goes with somebody who is removed.
  static func losses(_ kind: String, _ identity: IdentityDetails) -> [String] {
    var lines = ["\(kind) \(identity.arn) goes"]
    if !identity.accessKeys.isEmpty {
      lines.append("access keys: " + identity.accessKeys.map(\.accessKeyID).joined(separator: ", "))
    }
    if !identity.certificates.isEmpty {
      lines.append("certificates: " + identity.certificates.map(\.fingerprint).joined(separator: ", "))
    }
    if !identity.policies.isEmpty {
      lines.append("policies: " + identity.policies.map(name).joined(separator: ", "))
    }
    if !identity.groups.isEmpty { lines.append("out of groups: " + identity.groups.joined(separator: ", ")) }
    return lines
  }

  private static func name(_ policy: IdentityDetails.Policy) -> String { policy.role ?? policy.name }

  private static func right(_ policy: IdentityDetails.Policy) -> String {
    guard let document = policy.document else {
      return policy.role.map { "\($0) (\(policy.name))" } ?? policy.name
    }
    return "\(name(policy)): \(document)"
  }

  private static func field(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 12 - name.count)) + value
  }
}
