/// Which wrapping-key epochs there are, and how much is wrapped under each.
package struct EpochReport: Codable, Sendable, Equatable {
  package struct Epoch: Codable, Sendable, Equatable {
    package let number: UInt32
    /// RFC 3339 in UTC.
    package let createdAt: String
    /// Versions of keys, and of secrets of vaults.
    package let materials: Int
    /// Secrets of access keys.
    package let accessKeys: Int
    /// Secrets of custom key stores.
    package let keyStores: Int
    /// Keys by which tokens are signed.
    package let tokenKeys: Int

    package init(
      number: UInt32, createdAt: String, materials: Int, accessKeys: Int, keyStores: Int, tokenKeys: Int
    ) {
      self.number = number
      self.createdAt = createdAt
      self.materials = materials
      self.accessKeys = accessKeys
      self.keyStores = keyStores
      self.tokenKeys = tokenKeys
    }

    package var total: Int { materials + accessKeys + keyStores + tokenKeys }
  }

  /// An epoch that is gone but for what opens tokens that it sealed.
  package struct Retired: Codable, Sendable, Equatable {
    package let number: UInt32
    /// RFC 3339 in UTC: nothing is left of it from then on.
    package let until: String

    package init(number: UInt32, until: String) {
      self.number = number
      self.until = until
    }
  }

  /// The one that wraps.
  package let newest: UInt32
  /// In the order of their numbers.
  package let epochs: [Epoch]
  package let retired: [Retired]

  package init(newest: UInt32, epochs: [Epoch], retired: [Retired]) {
    self.newest = newest
    self.epochs = epochs
    self.retired = retired
  }

  package var total: Int { epochs.reduce(0) { $0 + $1.total } }
  /// What is still wrapped under older epochs than the newest.
  package var left: Int { epochs.reduce(0) { $0 + ($1.number == newest ? 0 : $1.total) } }
  /// Whether no older epoch is there any more.
  package var isSettled: Bool { epochs.count <= 1 }
}

/// Whether an erasure was begun by this call; otherwise one was under way.
package struct ErasureBeginning: Codable, Sendable, Equatable {
  package let hasBegun: Bool

  package init(hasBegun: Bool) { self.hasBegun = hasBegun }
}

extension AdminAPI {
  package static let beginErasure = AdminEndpoint<Done, ErasureBeginning>("/v1/erasure/begin")
  package static let rotateEpoch = AdminEndpoint<Done, EpochReport>("/v1/epochs/rotate")
  package static let showEpochs = AdminEndpoint<Done, EpochReport>("/v1/epochs/show")
}
