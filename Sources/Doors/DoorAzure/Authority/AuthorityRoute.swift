import KMSDomain

/// What a path of the authority is about.
enum AuthorityRoute: Equatable {
  /// Whose the documents and tokens are.
  enum Tenant: Equatable {
    case account(GUID)
    /// Of whatever account the application is.
    case any(Shared)
    /// As it was written; there is none of that name.
    case unknown(String)
  }

  /// Names that stand for every tenant.
  enum Shared: String {
    /// Clients ask nobody else about this one.
    case adfs
    /// The Azure CLI asks for the documents of these two before it knows a tenant; tokens are to be had from one alone.
    case common
    case organizations
  }

  case configuration(Tenant, isFirstVersion: Bool)
  case keys
  case token(Tenant, isFirstVersion: Bool)
  case instanceDiscovery
  case cloud
  case subscriptions
  case managedIdentity
  case machineIdentity

  /// - Parameter path: without a query.
  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    switch parts {
    case ["common", "discovery", "instance"]: self = .instanceDiscovery
    case ["arm", "metadata", "endpoints"], ["metadata", "endpoints"]: self = .cloud
    case ["arm", "subscriptions"], ["subscriptions"]: self = .subscriptions
    case ["msi", "token"]: self = .managedIdentity
    case ["metadata", "identity", "oauth2", "token"]: self = .machineIdentity
    default:
      guard let first = parts.first, let route = AuthorityRoute(Tenant(first), Array(parts.dropFirst()))
      else { return nil }
      self = route
    }
  }

  private init?(_ tenant: Tenant, _ parts: [String]) {
    switch parts {
    case ["v2.0", ".well-known", "openid-configuration"]:
      self = .configuration(tenant, isFirstVersion: false)
    case [".well-known", "openid-configuration"]: self = .configuration(tenant, isFirstVersion: true)
    case ["discovery", "v2.0", "keys"], ["discovery", "keys"]: self = .keys
    case ["oauth2", "v2.0", "token"]: self = .token(tenant, isFirstVersion: false)
    case ["oauth2", "token"]: self = .token(tenant, isFirstVersion: true)
    default: return nil
    }
  }
}

extension AuthorityRoute.Tenant {
  fileprivate init(_ text: String) {
    if let shared = AuthorityRoute.Shared(rawValue: text.lowercased()) {
      self = .any(shared)
    } else if let id = GUID(text), AccountID(tenant: id) != nil {
      self = .account(id)
    } else {
      self = .unknown(text)
    }
  }

  /// As it stands in paths.
  var text: String {
    switch self {
    case .account(let id): id.text
    case .any(let shared): shared.rawValue
    case .unknown(let text): text
    }
  }

  /// Whether tokens are to be had there.
  var hasTokens: Bool {
    switch self {
    case .account, .any(.adfs): true
    case .any(.common), .any(.organizations), .unknown: false
    }
  }

  func includes(_ account: AccountID) -> Bool {
    switch self {
    case .account(let id): account.tenant == id
    case .any(.adfs): true
    case .any(.common), .any(.organizations), .unknown: false
    }
  }
}
