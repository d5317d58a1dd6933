// What seals the root, and what opens a sealed server.
extension AdminAPI {
  package static let sealStatus = AdminEndpoint<NothingAsked, SealStatus>("/v1/seal/status")
  package static let replaceRoot = AdminEndpoint<RootReplacement, ReplacedRoot>("/v1/seal/replace")
  /// Takes the old root away, once the new one's shares are with people.
  package static let finishRoot = AdminEndpoint<NothingAsked, SealStatus>("/v1/seal/finish")
  package static let createRecovery = AdminEndpoint<WantedShares, MadeShares>("/v1/recovery/create")
  package static let unseal = AdminEndpoint<HandedIn, SealStatus>("/v1/unseal")
  package static let resetUnseal = AdminEndpoint<NothingAsked, SealStatus>("/v1/unseal/reset")
}

package struct NothingAsked: Codable, Sendable, Equatable {
  package init() {}
}

package struct SealStatus: Codable, Sendable, Equatable {
  package enum State: String, Codable, Sendable {
    /// Nothing is served: somebody or something has to open the seal first.
    case sealed
    /// It was opened just now; the server is starting.
    case opening
    case open
  }

  /// What people are to hand in.
  package enum Wanted: String, Codable, Sendable {
    case share
    case passphrase
    case pin
  }

  package struct Progress: Codable, Sendable, Equatable {
    package var given: Int
    package var needed: Int

    package init(given: Int, needed: Int) {
      self.given = given
      self.needed = needed
    }
  }

  package struct Recovery: Codable, Sendable, Equatable {
    package var needed: Int
    package var shares: Int
    /// How many wrapping-key epochs it opens; nil while the server is sealed.
    package var epochs: Int?

    package init(needed: Int, shares: Int, epochs: Int?) {
      self.needed = needed
      self.shares = shares
      self.epochs = epochs
    }
  }

  package var state: State
  /// "file", "passphrase", "shamir", "awskms": two of them while one replaces the other.
  package var kinds: [String]
  /// Of the seal file.
  package var format: Int
  /// The first digits of the store id, as shares have them.
  package var store: String
  /// Wrapping-key epochs, and how many of them still have to follow the root; nil while the server is sealed.
  package var epochs: Int?
  package var epochsToMove: Int?
  package var recovery: Recovery?
  /// Of shares; nil where none are waited for.
  package var progress: Progress?
  /// Why a sealed server is sealed.
  package var reason: String?
  /// nil where people can do nothing.
  package var wanted: Wanted?
  /// Of a change of the root or the recovery that is under way.
  package var change: ChangeProgress?

  package init(
    state: State, kinds: [String], format: Int, store: String, epochs: Int? = nil,
    epochsToMove: Int? = nil, recovery: Recovery? = nil, progress: Progress? = nil, reason: String? = nil,
    wanted: Wanted? = nil, change: ChangeProgress? = nil
  ) {
    self.wanted = wanted
    self.change = change
    self.state = state
    self.kinds = kinds
    self.format = format
    self.store = store
    self.epochs = epochs
    self.epochsToMove = epochsToMove
    self.recovery = recovery
    self.progress = progress
    self.reason = reason
  }
}

/// How far a change of the root has come: the new one is staged, each epoch follows it, the old one goes.
package struct ChangeProgress: Codable, Sendable, Equatable {
  package var done: Int
  package var total: Int

  package init(done: Int, total: Int) {
    self.done = done
    self.total = total
  }
}

/// An object with these members. It has a secret in it, so both sides write and read it by hand, and no `String` holds that.
package struct RootReplacement: Codable, Sendable, Equatable {
  /// An object of texts: settings of the new seal, each by its name in the configuration; none: the seal stays, and gets another
  /// root.
  package static let settings = "settings"
  /// A text, or absent: of a seal whose passphrase people type.
  package static let passphrase = "passphrase"
}

package struct ReplacedRoot: Codable, Sendable, Equatable {
  package let kind: String
  /// How many wrapping-key epochs were moved.
  package let epochs: Int
  /// Told this once; none for a seal that no people open. With shares, the old root stays until `finishRoot`: shares that got
  /// lost on their way would lock everybody out.
  package let shares: [String]
  /// How many of the shares open; nil where there are none.
  package let needed: Int?

  package init(kind: String, epochs: Int, shares: [String], needed: Int?) {
    self.needed = needed
    self.kind = kind
    self.epochs = epochs
    self.shares = shares
  }
}

package struct WantedShares: Codable, Sendable, Equatable {
  package let needed: Int
  package let shares: Int

  package init(needed: Int, shares: Int) {
    self.needed = needed
    self.shares = shares
  }
}

package struct MadeShares: Codable, Sendable, Equatable {
  package let epochs: Int
  /// Told this once.
  package let shares: [String]

  package init(epochs: Int, shares: [String]) {
    self.epochs = epochs
    self.shares = shares
  }
}

/// An object with this member; written and read by hand, as `RootReplacement` is.
package struct HandedIn: Codable, Sendable {
  /// A text: one share, from one person; or the passphrase or the PIN, where people type it.
  package static let share = "share"
}
