/// One key of the configuration: where it stands and what its text means.
package struct Setting: Sendable {
  /// As it is written in messages and in the documentation: "audit.mode".
  package let path: String
  let apply: @Sendable (inout ConfigurationDraft, String) throws(ValueProblem) -> Void

  init(
    _ path: String,
    _ apply: @escaping @Sendable (inout ConfigurationDraft, String) throws(ValueProblem) -> Void
  ) {
    self.path = path
    self.apply = apply
  }

  /// The environment variable that overrides it: "audit.mode" is `CLAVIGER_AUDIT_MODE`.
  package var variable: String {
    "CLAVIGER_" + path.map { $0 == "." || $0 == "-" ? "_" : $0.uppercased() }.joined()
  }
}

/// A configuration while its sources are laid over each other: parts that only make sense together are still apart.
struct ConfigurationDraft: Sendable {
  var result = Configuration()
  var certificate: String?
  var certificateKey: String?
  var sealKind = SealKind.file
  var sealPath: String?
  var passphraseFile: String?
  var passphraseVariable: String?
  var sealThreshold: Int?
  var sealShares: Int?
  var sealRemote = RemoteKeyDraft()
  var pkcs11 = PKCS11Draft()

  enum SealKind: String, CaseIterable, Sendable {
    case file
    case passphrase
    case shamir
    case awskms
    case pkcs11
  }

  struct RemoteKeyDraft: Sendable, Equatable {
    var key: String?
    var region: String?
    var endpoint: String?
    var credentialsFile: String?
    var authorities: String?
  }
}

extension Setting {
  /// All of them. docs/configuration.md lists the same, and a test compares the two.
  package static let all: [Setting] =
    places + seals + audits + limits + caches + slowWork + attestation + quotas + webIdentity + kmip
    + azure + erasure + pkcs11

  static func named(_ path: String) -> Setting? { all.first { $0.path == path } }

  private static let places = [
    Setting("data-dir") { draft, text throws(ValueProblem) in
      draft.result.dataDirectory = try Value.path(text)
    },
    Setting("listen") { draft, text throws(ValueProblem) in draft.result.listen = try Value.endpoint(text) },
    Setting("listen-tls") { draft, text throws(ValueProblem) in
      draft.result.listenTLS = try Value.endpoint(text)
    },
    Setting("listen-kmip") { draft, text throws(ValueProblem) in
      draft.result.listenKMIP = try Value.endpoint(text)
      draft.result.isKMIPDemanded = true
    },
    Setting("tls.certificate") { draft, text throws(ValueProblem) in draft.certificate = try Value.path(text)
    },
    Setting("tls.key") { draft, text throws(ValueProblem) in draft.certificateKey = try Value.path(text) },
    Setting("region") { draft, text throws(ValueProblem) in draft.result.region = try Value.region(text) },
    Setting("account") { draft, text throws(ValueProblem) in draft.result.account = try Value.account(text) },
    Setting("seed") { draft, text throws(ValueProblem) in draft.result.seed = try Value.path(text) },
    Setting("legacy-algorithms") { draft, text throws(ValueProblem) in
      draft.result.legacy = try Value.legacy(text)
    },
    Setting("log-level") { draft, text throws(ValueProblem) in
      draft.result.logLevel = try Value.choice(text)
    },
    Setting("threads") { draft, text throws(ValueProblem) in
      draft.result.threads = try Value.count(text, from: 0, to: 256)
    },
  ]

  private static let seals = [
    Setting("seal.kind") { draft, text throws(ValueProblem) in draft.sealKind = try Value.choice(text) },
    Setting("seal.path") { draft, text throws(ValueProblem) in draft.sealPath = try Value.path(text) },
    Setting("seal.passphrase-file") { draft, text throws(ValueProblem) in
      draft.passphraseFile = try Value.path(text)
    },
    Setting("seal.passphrase-variable") { draft, text throws(ValueProblem) in
      draft.passphraseVariable = try Value.variable(text)
    },
    Setting("seal.threshold") { draft, text throws(ValueProblem) in
      draft.sealThreshold = try Value.count(text, from: 1, to: 16)
    },
    Setting("seal.shares") { draft, text throws(ValueProblem) in
      draft.sealShares = try Value.count(text, from: 1, to: 16)
    },
    Setting("seal.key") { draft, text throws(ValueProblem) in draft.sealRemote.key = try Value.path(text) },
    Setting("seal.region") { draft, text throws(ValueProblem) in
      draft.sealRemote.region = try Value.region(text)
    },
    Setting("seal.endpoint") { draft, text throws(ValueProblem) in
      draft.sealRemote.endpoint = try Value.remote(text)
    },
    Setting("seal.credentials-file") { draft, text throws(ValueProblem) in
      draft.sealRemote.credentialsFile = try Value.path(text)
    },
    Setting("seal.ca-file") { draft, text throws(ValueProblem) in
      draft.sealRemote.authorities = try Value.path(text)
    },
  ]

  private static let audits = [
    Setting("audit.mode") { draft, text throws(ValueProblem) in
      draft.result.audit.mode = try Value.choice(text)
    },
    Setting("audit.flush-interval") { draft, text throws(ValueProblem) in
      draft.result.audit.flushInterval = try Value.duration(text, to: .seconds(60))
    },
    Setting("audit.checkpoint-interval") { draft, text throws(ValueProblem) in
      draft.result.audit.checkpointInterval = try Value.duration(
        text, from: .seconds(1), to: .seconds(86_400))
    },
    Setting("audit.segment-size") { draft, text throws(ValueProblem) in
      draft.result.audit.segmentSize = try Value.size(text, from: 1 << 20, to: 4 << 30)
    },
  ]

  private static let limits = [
    Setting("limits.request-body") { draft, text throws(ValueProblem) in
      draft.result.limits.requestBody = try Value.size(text, from: 64 << 10, to: 16 << 20)
    },
    Setting("limits.header-size") { draft, text throws(ValueProblem) in
      draft.result.limits.headerSize = try Value.size(text, from: 4 << 10, to: 1 << 20)
    },
    Setting("limits.connections") { draft, text throws(ValueProblem) in
      draft.result.limits.connections = try Value.count(text, from: 1, to: 1_000_000)
    },
    Setting("limits.idle-timeout") { draft, text throws(ValueProblem) in
      draft.result.limits.idleTimeout = try Value.duration(text, from: .seconds(1), to: .seconds(3600))
    },
    Setting("limits.drain-timeout") { draft, text throws(ValueProblem) in
      draft.result.limits.drainTimeout = try Value.duration(text, from: .seconds(1), to: .seconds(3600))
    },
    Setting("limits.rejections-per-second") { draft, text throws(ValueProblem) in
      draft.result.limits.rejectionsPerSecond = try Value.count(text, from: 1, to: 100_000)
    },
  ]

  private static let caches = [
    Setting("caches.keys") { draft, text throws(ValueProblem) in
      draft.result.caches.keys = try Value.count(text, from: 1, to: 10_000_000)
    },
    Setting("caches.live-keys") { draft, text throws(ValueProblem) in
      draft.result.caches.liveKeys = try Value.count(text, from: 1, to: 10_000_000)
    },
    Setting("caches.identities") { draft, text throws(ValueProblem) in
      draft.result.caches.identities = try Value.count(text, from: 1, to: 10_000_000)
    },
    Setting("caches.rsa-key-pairs") { draft, text throws(ValueProblem) in
      draft.result.caches.rsaKeyPairs = try Value.count(text, from: 0, to: 64)
    },
  ]

  private static let attestation = [
    Setting("attestation.roots") { draft, text throws(ValueProblem) in
      draft.result.attestationRoots = try Value.path(text)
    }
  ]

  private static let webIdentity = [
    Setting("web-identity.issuers") { draft, text throws(ValueProblem) in
      draft.result.issuersFile = try Value.path(text)
    }
  ]

  private static let slowWork = [
    Setting("slow-work.threads") { draft, text throws(ValueProblem) in
      draft.result.slowWork.threads = try Value.count(text, from: 0, to: 256)
    },
    Setting("slow-work.queue") { draft, text throws(ValueProblem) in
      draft.result.slowWork.queue = try Value.count(text, from: 0, to: 100_000)
    },
    Setting("slow-work.deadline") { draft, text throws(ValueProblem) in
      draft.result.slowWork.deadline = try Value.duration(text, from: .milliseconds(1), to: .seconds(60))
    },
  ]
}
