/// What a running server says of itself to its owner.
package struct StatusReport: Codable, Sendable, Equatable {
  package var version: String
  package var processID: Int32
  /// RFC 3339 in UTC, by the machine's clock.
  package var startedAt: String
  package var uptimeSeconds: Int64
  /// "dev" or "production".
  package var mode: String
  package var dataDirectory: String
  package var clock: Clock
  package var seal: Seal
  package var custody: Custody
  package var store: Store
  package var erasure: Erasure
  package var audit: Audit
  package var quotas: Quotas
  package var listeners: [Listener]
  /// What an operator should know, one sentence each.
  package var warnings: [String]

  package struct Clock: Codable, Sendable, Equatable {
    /// The server's time, RFC 3339 in UTC.
    package var now: String
    /// How far a development server's clock is ahead of the machine's; otherwise 0.
    package var aheadSeconds: Int64

    package init(now: String, aheadSeconds: Int64) {
      self.now = now
      self.aheadSeconds = aheadSeconds
    }
  }

  package struct Seal: Codable, Sendable, Equatable {
    /// "file", "passphrase", "shamir", "awskms".
    package var kind: String
    /// Whether what opens the seal lies in the data directory itself.
    package var isBesideData: Bool
    /// nil where what opens the seal must not get lost.
    package var recovery: Recovery?

    package init(kind: String, isBesideData: Bool, recovery: Recovery? = nil) {
      self.kind = kind
      self.isBesideData = isBesideData
      self.recovery = recovery
    }
  }

  package struct Recovery: Codable, Sendable, Equatable {
    package var needed: Int
    package var shares: Int
    /// Whether the shares open every key: they do, unless a change was interrupted that the next start finishes.
    package var opensEverything: Bool

    package init(needed: Int, shares: Int, opensEverything: Bool) {
      self.needed = needed
      self.shares = shares
      self.opensEverything = opensEverything
    }
  }

  package struct Custody: Codable, Sendable, Equatable {
    package var kind: String
    package var provider: String
    package var epoch: UInt32
    package var lockedBytes: UInt64
    package var unlockedBytes: UInt64
    /// Versions of destroyed keys whose material is on the token still.
    package var awaitingRemoval: Int
    /// Why the token isn't there; nil when it is, and where there is none.
    package var tokenFault: String?

    package init(
      kind: String, provider: String, epoch: UInt32, lockedBytes: UInt64, unlockedBytes: UInt64,
      awaitingRemoval: Int = 0, tokenFault: String? = nil
    ) {
      self.awaitingRemoval = awaitingRemoval
      self.tokenFault = tokenFault
      self.kind = kind
      self.provider = provider
      self.epoch = epoch
      self.lockedBytes = lockedBytes
      self.unlockedBytes = unlockedBytes
    }
  }

  package struct Store: Codable, Sendable, Equatable {
    package var kind: String
    package var path: String
    /// Keys that are not destroyed.
    package var keys: Int

    package init(kind: String, path: String, keys: Int) {
      self.kind = kind
      self.path = path
      self.keys = keys
    }
  }

  package struct Erasure: Codable, Sendable, Equatable {
    /// When the last erasure was finished, RFC 3339 in UTC; nil before the first.
    package var lastAt: String?
    /// Backups from before then don't open; nil where nothing is ever erased.
    package var opensFrom: String?
    package var isUnderWay: Bool
    /// Keys and secrets that were destroyed and are still in backups that open.
    package var pending: Int
    /// After which the next begins by itself if something is pending; nil: never.
    package var intervalSeconds: Int64?
    /// Whether the erasure secret lies in the data directory itself.
    package var isBesideData: Bool

    package init(
      lastAt: String?, opensFrom: String?, isUnderWay: Bool, pending: Int, intervalSeconds: Int64?,
      isBesideData: Bool
    ) {
      self.lastAt = lastAt
      self.opensFrom = opensFrom
      self.isUnderWay = isUnderWay
      self.pending = pending
      self.intervalSeconds = intervalSeconds
      self.isBesideData = isBesideData
    }
  }

  package struct Audit: Codable, Sendable, Equatable {
    /// "normal" or "strict".
    package var mode: String
    package var path: String
    package var records: UInt64
    /// How many records the last signed checkpoint covers; nil before the first.
    package var checkpoint: UInt64?

    package init(mode: String, path: String, records: UInt64, checkpoint: UInt64?) {
      self.mode = mode
      self.path = path
      self.records = records
      self.checkpoint = checkpoint
    }
  }

  package struct Quotas: Codable, Sendable, Equatable {
    package var isEnabled: Bool
    /// Calls beyond a quota since the start.
    package var throttled: UInt64
    /// Requests with unknown access keys that were refused unseen since the start.
    package var turnedAway: UInt64

    package init(isEnabled: Bool, throttled: UInt64, turnedAway: UInt64) {
      self.isEnabled = isEnabled
      self.throttled = throttled
      self.turnedAway = turnedAway
    }
  }

  package struct Listener: Codable, Sendable, Equatable {
    /// "http" or "https".
    package var kind: String
    package var url: String

    package init(kind: String, url: String) {
      self.kind = kind
      self.url = url
    }
  }

  package init(
    version: String, processID: Int32, startedAt: String, uptimeSeconds: Int64, mode: String,
    dataDirectory: String, clock: Clock, seal: Seal, custody: Custody, store: Store, erasure: Erasure,
    audit: Audit,
    quotas: Quotas, listeners: [Listener], warnings: [String]
  ) {
    self.version = version
    self.processID = processID
    self.startedAt = startedAt
    self.uptimeSeconds = uptimeSeconds
    self.mode = mode
    self.dataDirectory = dataDirectory
    self.clock = clock
    self.seal = seal
    self.custody = custody
    self.store = store
    self.erasure = erasure
    self.audit = audit
    self.quotas = quotas
    self.listeners = listeners
    self.warnings = warnings
  }
}
