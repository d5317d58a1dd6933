package import KMSDomain

/// Everything that an operator can choose. docs/configuration.md describes each key.
package struct Configuration: Sendable, Equatable {
  /// nil until somebody names one; there is no default, because keys end up there.
  package var dataDirectory: String?
  /// Loopback only, a movable clock, credentials in clear in the data directory. Only ever a flag.
  package var isDevelopment = false
  /// Plain HTTP, loopback only; nil when it is off.
  package var listen: Endpoint? = Endpoint(host: "127.0.0.1", port: 8470)
  /// HTTPS; nil when it is off.
  package var listenTLS: Endpoint? = Endpoint(host: "127.0.0.1", port: 8471)
  /// KMIP over mutual TLS; nil when it is off.
  package var listenKMIP: Endpoint? = Endpoint(host: "127.0.0.1", port: 5696)
  /// Somebody has said where. Otherwise the server does without if another has the usual port.
  package var isKMIPDemanded = false
  /// nil: the server's own private CA, which vouches for loopback names only.
  package var certificate: CertificateFiles?
  /// What `claviger env` exports and the first lines to paste name. Every Region is served.
  package var region = "us-east-1"
  /// Development only: the account that is made on first start; nil makes one up.
  package var account: AccountID?
  /// Development only: a file of accounts and keys that are there whenever the server is.
  package var seed: String?
  package var seal = SealSource.keyFile(path: nil)
  package var erasure = Erasure()
  package var audit = Audit()
  package var limits = Limits()
  package var kmip = KMIP()
  package var azure = Azure()
  /// nil: nothing is kept on a token.
  package var pkcs11: PKCS11?
  package var keyPlace = KeyPlace.software
  package var caches = Caches()
  /// A file of certificates that attestation documents are traced back to; nil: no document is believed.
  package var attestationRoots: String?
  /// A file that lists the issuers whose tokens are believed; nil: nobody's.
  package var issuersFile: String?
  package var slowWork = SlowWork()
  package var quotas = Quotas()
  /// Algorithms that protect too little today and are permitted all the same; nil: all on a development server, none on others.
  package var legacy: LegacyAlgorithms?
  package var logLevel = LogLevel.info
  /// Event loops; 0: one per core.
  package var threads = 0

  package init() {}

  package struct CertificateFiles: Sendable, Equatable {
    package let certificate: String
    package let key: String
  }

  /// What opens the root key.
  package enum SealSource: Sendable, Equatable {
    /// nil: `seal-key` in the data directory.
    case keyFile(path: String?)
    case passphraseFile(path: String)
    /// The name of an environment variable.
    case passphraseVariable(name: String)
    /// People type it.
    case passphrasePrompt
    /// Among people; the numbers are for when it is made.
    case shamir(threshold: Int, shares: Int)
    /// Another key management service.
    case awskms(RemoteKey)
    /// A token, which the root never leaves.
    case token(PKCS11)
  }

  /// A key of another service that speaks AWS KMS, and how to come to it.
  package struct RemoteKey: Sendable, Equatable {
    /// Id, ARN or alias.
    package let key: String
    package let region: String
    /// nil: AWS's own for the Region.
    package let endpoint: String?
    /// A file in the form of AWS's shared credentials; nil: the usual environment variables.
    package let credentialsFile: String?
    /// Certificates to trust instead of the system's; nil: the system's.
    package let authorities: String?
  }

  package struct Erasure: Sendable, Equatable {
    /// The folder of the erasure secret; nil: `seal-domain` in the data directory.
    package var directory: String?
    /// After which an erasure begins by itself if something was destroyed; nil: never.
    package var interval: Duration? = .seconds(7 * 86_400)
  }

  package struct Audit: Sendable, Equatable {
    package enum Mode: String, CaseIterable, Sendable {
      /// An answer leaves once its record is with the kernel.
      case normal
      /// An answer leaves once its record is on disk.
      case strict
    }
    package var mode = Mode.normal
    package var flushInterval = Duration.milliseconds(200)
    package var checkpointInterval = Duration.seconds(60)
    /// In bytes.
    package var segmentSize = 64 << 20
  }

  package struct Limits: Sendable, Equatable {
    /// In bytes.
    package var requestBody = 1 << 20
    /// All header fields of a request together, in bytes.
    package var headerSize = 32 << 10
    package var connections = 10_000
    package var idleTimeout = Duration.seconds(60)
    package var drainTimeout = Duration.seconds(30)
    package var rejectionsPerSecond = 10
  }

  /// What the KMIP listener grants its clients, beside `Limits`.
  package struct KMIP: Sendable, Equatable {
    package var connectionsPerClient = 1000
    package var handshakeTimeout = Duration.seconds(10)
    package var messageTimeout = Duration.seconds(30)
    package var idleTimeout = Duration.seconds(600)
    /// How long clients may go on using what they were told, in whole seconds.
    package var leaseTime = Duration.seconds(3600)
  }

  package struct Azure: Sendable, Equatable {
    /// Below which vaults and the authority for tokens have their names.
    package var domain = "claviger.localhost"
    /// Development only: which application programs on this machine are that don't say which; nil: the first one.
    package var machine: GUID?
    /// A file of those whose word about environments keys are released by.
    package var authoritiesFile: String?
  }

  package struct Caches: Sendable, Equatable {
    /// How many key records with their policies.
    package var keys = 50_000
    /// How many opened keys, in locked memory as far as it goes.
    package var liveKeys = 10_000
    /// How many identities of callers.
    package var identities = 10_000
    /// How many RSA key pairs of each size are made ahead of their use.
    package var rsaKeyPairs = 2
  }

  /// RSA, large curves, making key pairs.
  package struct SlowWork: Sendable, Equatable {
    /// How much of it at once; 0: one per core.
    package var threads = 0
    /// How many requests may wait for it.
    package var queue = 1024
    /// After which a request that still waits is refused.
    package var deadline = Duration.seconds(10)
  }

  package struct Quotas: Sendable, Equatable {
    /// nil: as the mode has it, see `hasQuotas`.
    package var isEnabled: Bool?
    /// Of one account in one Region.
    package var keysPerRegion = 100_000
    package var requests = RequestQuotas()
    /// Of each vault.
    package var vaults = VaultQuotas()
    package var unknownKeys = UnknownKeyQuotas()
    /// Of tokens that get nothing, for each source.
    package var webIdentitiesPerSource = RequestRate(100)

    package var webIdentities: WebIdentityQuotas {
      WebIdentityQuotas(
        perSource: webIdentitiesPerSource, total: unknownKeys.total,
        perAccount: requests.rate(of: .tokens, in: ""))
    }
  }

  /// Development servers have none, unless somebody wants them.
  package var hasQuotas: Bool { quotas.isEnabled ?? !isDevelopment }

  package enum LogLevel: String, CaseIterable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical
  }
}

/// A host and a port, as in "127.0.0.1:8470" or "[::1]:0".
package struct Endpoint: Sendable, Equatable {
  package let host: String
  /// 0: any free port.
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var isLoopback: Bool {
    host == "localhost" || host == "::1" || (host.hasPrefix("127.") && Endpoint.isIPv4(host))
  }

  /// For the right side of "http://".
  package var authority: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  private static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
