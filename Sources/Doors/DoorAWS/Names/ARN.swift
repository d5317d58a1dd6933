import KMSDomain

/// An Amazon Resource Name in its six parts: `arn:partition:service:region:account:resource`.
///
/// The parts are views into the text that was parsed. Only the first five colons separate; the resource may have more.
struct ARN: Hashable, Sendable {
  static let parts = 6

  /// As written; what this server writes itself is always of partition `aws`.
  let partition: Substring
  let service: Substring
  let region: Substring
  let account: Substring
  let resource: Substring

  /// - Returns: nil when the text has another shape, names a partition that doesn't exist, or has no service or
  ///   resource. Region and account may be empty.
  init?(_ text: String) {
    var parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)[
      ...]
    guard parts.count == 6, parts.removeFirst().elementsEqual("arn".utf8),
      let partition = parts.popFirst(), ARN.isPartition(partition),
      let service = parts.popFirst(), !service.isEmpty,
      let region = parts.popFirst(), let account = parts.popFirst(),
      let resource = parts.popFirst(), !resource.isEmpty
    else { return nil }
    self.partition = Substring(partition)
    self.service = Substring(service)
    self.region = Substring(region)
    self.account = Substring(account)
    self.resource = Substring(resource)
  }

  private static func isPartition(_ text: Substring.UTF8View) -> Bool {
    text.elementsEqual("aws".utf8) || text.elementsEqual("aws-cn".utf8)
      || text.elementsEqual("aws-us-gov".utf8)
  }

  /// What follows `prefix` in the resource; nil when it starts otherwise.
  func resource(after prefix: StaticString) -> Substring? {
    let prefix = prefix.description
    guard resource.utf8.starts(with: prefix.utf8) else { return nil }
    return Substring(resource.utf8.dropFirst(prefix.utf8.count))
  }
}

extension ARN {
  /// What a key is called.
  static func key(_ identifier: String, region: String, account: AccountID) -> String {
    "arn:aws:kms:\(region):\(account.text):key/\(identifier)"
  }

  /// What an alias is called; `name` has its `alias/`.
  static func alias(_ name: String, region: String, account: AccountID) -> String {
    "arn:aws:kms:\(region):\(account.text):\(name)"
  }

  /// The same name or pattern with this server's partition: a policy written for another partition means the keys
  /// that are here.
  static func inOurPartition(_ text: String) -> String {
    for partition in ["arn:aws-cn:", "arn:aws-us-gov:"] where text.utf8.starts(with: partition.utf8) {
      return "arn:aws:" + String(Substring(text.utf8.dropFirst(partition.utf8.count)))
    }
    return text
  }

  /// What a session of a role is called, whatever path the role has.
  static func roleSession(_ name: String, of role: String) -> String {
    guard let arn = ARN(role), let last = arn.resource.split(separator: "/").last else { return role }
    return "arn:aws:sts::\(arn.account):assumed-role/\(last)/\(name)"
  }

  static func accountRoot(_ account: AccountID) -> String { "arn:aws:iam::\(account.text):root" }

  /// What an identity is called; its path begins and ends with a slash.
  static func identity(_ name: IdentityName, path: String) -> String {
    let start = "arn:aws:iam::\(name.account.text):"
    switch name.kind {
    case .root: return accountRoot(name.account)
    case .user: return start + "user" + path + name.text
    case .group: return start + "group" + path + name.text
    case .role: return start + "role" + path + name.text
    case .policy: return start + "policy" + path + name.text
    case .provider: return start + "oidc-provider/" + name.text
    }
  }

  /// - Parameter role: the role's own ARN, of which the path is left out.
  static func assumedRole(_ role: String, session: String, account: AccountID) -> String {
    let name = role.split(separator: "/").last ?? ""
    return "arn:aws:sts::\(account.text):assumed-role/\(name)/\(session)"
  }

  static func federatedUser(_ name: String, of account: AccountID) -> String {
    "arn:aws:sts::\(account.text):federated-user/\(name)"
  }
}
