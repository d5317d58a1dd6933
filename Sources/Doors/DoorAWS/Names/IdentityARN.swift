import KMSDomain

extension IdentityName {
  /// What an ARN of IAM names: a user, group, role, managed policy or provider of an account, with its path, or the account's
  /// root.
  /// - Returns: nil for everything else, policies that every account has among it.
  init?(arn text: String) {
    guard let arn = ARN(text), arn.service == "iam", arn.region.isEmpty,
      let account = AccountID(String(arn.account))
    else { return nil }
    if arn.resource == "root" {
      self.init(.root, "root", in: account)
      return
    }
    if let url = arn.resource(after: "oidc-provider/") {
      guard ProviderURL.isName(url) else { return nil }
      self.init(.provider, String(url), in: account)
      return
    }
    guard let (kind, rest) = IdentityName.kind(of: arn), let slash = rest.lastIndex(of: "/") else {
      return nil
    }
    let name = String(rest[rest.index(after: slash)...])
    let path = String(rest[...slash])
    let form: TextForm = kind == .policy ? .policyPath : .identityPath
    guard TextForm.identityName.matches(name), form.matches(path) else { return nil }
    self.init(kind, name, in: account, at: path)
  }

  /// What follows has a slash in front.
  private static func kind(of arn: ARN) -> (IdentityKind, Substring)? {
    if let rest = arn.resource(after: "user"), rest.first == "/" { return (.user, rest) }
    if let rest = arn.resource(after: "group"), rest.first == "/" { return (.group, rest) }
    if let rest = arn.resource(after: "role"), rest.first == "/" { return (.role, rest) }
    if let rest = arn.resource(after: "policy"), rest.first == "/" { return (.policy, rest) }
    return nil
  }
}
