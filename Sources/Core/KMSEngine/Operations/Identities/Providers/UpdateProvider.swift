package import KMSDomain

/// Changes the audiences or the thumbprints of a provider of tokens.
package struct UpdateProvider: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package enum Change: Sendable {
    /// One that is there already changes nothing.
    case addClientID(String)
    /// One that isn't there changes nothing.
    case removeClientID(String)
    case setThumbprints([String])
  }

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let change: Change

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, _ change: Change) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.change = change
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    guard case .provider(var provider) = record.body else { throw .corrupt(.principal) }
    switch change {
    case .addClientID(let id):
      if !provider.clientIDs.contains(id) { provider.clientIDs.append(id) }
      try ProviderRules.check(clientIDs: provider.clientIDs)
    case .removeClientID(let id): provider.clientIDs.removeAll { $0 == id }
    case .setThumbprints(let thumbprints): provider.thumbprints = thumbprints
    }
    record.body = .provider(provider)
  }
}

/// AWS's quota.
enum ProviderRules {
  private static let mostClientIDs = 100

  static func check(clientIDs: [String]) throws(KMSError) {
    guard clientIDs.count <= mostClientIDs else { throw .identity(.tooMany(.clientIDs, mostClientIDs)) }
  }
}
