/// A policy that stands by itself, as a caller names it.
package enum PolicyName: Hashable, Sendable {
  /// Of the caller's account. Its path is part of what it is called: under another it isn't found.
  case own(IdentityName, path: String)
  /// One that every account has, by what policies call it.
  case builtIn(String)
  /// Of another account, by what policies call it: nobody here can carry it.
  case foreign(String)
}

/// How lists show a policy that stands by itself.
package struct PolicyTitle: Hashable, Sendable {
  package let name: String
  package let path: String
  /// What policies call it.
  package let resource: String

  package init(name: String, path: String, resource: String) {
    self.name = name
    self.path = path
    self.resource = resource
  }
}

extension PolicyVocabulary {
  package func name(of policy: PolicyName) -> String {
    switch policy {
    case .own(let name, let path): identityResource(name, path: path)
    case .builtIn(let name), .foreign(let name): name
    }
  }
}
