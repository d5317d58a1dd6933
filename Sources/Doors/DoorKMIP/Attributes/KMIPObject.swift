import KMSDomain
import WireKMIP

/// A record as KMIP sees it, at a moment.
///
/// What the domain knows (state, dates, kind, limits) is read from the record; the rest is what the owner gave, kept in the record's
/// notes. A key of which nobody said more, made over another protocol, has no notes, and everything follows from its kind.
struct KMIPObject: Sendable {
  let key: ProtectedKey
  let now: Instant
  /// What was given, and the door's own notes.
  let kept: AttributeList
  /// What is in those, as far as it is asked for often.
  let facts: KeptFacts
  /// How long leases are, in seconds; nil for whoever doesn't tell it to a client.
  let leaseTime: UInt32?

  init(_ key: ProtectedKey, at now: Instant, leaseTime: UInt32? = nil) {
    self.key = key.caughtUp(to: now)
    self.now = now
    self.leaseTime = leaseTime
    let notes = KMIPNotes.of(key)
    kept = notes.kept
    facts = notes.facts
  }

  var record: KeyRecord { key.record }
  var identifier: String { record.identifier }
  var type: KMIP.ObjectType { record.kind.kmip }
  var dates: ObjectDates { record.object?.dates ?? ObjectDates() }

  /// KMIP has fewer states than the domain.
  var state: KMIP.State {
    switch record.state {
    case .preActive, .pendingImport: .preActive
    case .active: .active
    // Switched off elsewhere: it protects nothing, and can be switched on again there.
    case .suspended, .deactivated, .pendingDeletion: .deactivated
    case .compromised, .compromisedPendingDeletion: .compromised
    case .destroyed: .destroyed
    case .destroyedCompromised: .destroyedCompromised
    }
  }

  /// Numbers of vendors come out too.
  var algorithm: UInt32? {
    facts.algorithm ?? record.spec.kmip?.algorithm.rawValue
  }

  /// In bits.
  var length: Int32? { facts.length ?? record.spec.kmip?.length }

  var curve: KMIP.RecommendedCurve? {
    kept.value(.cryptographicDomainParameters)?[.recommendedCurve]?.enumeration() ?? record.spec.kmip?.curve
  }

  var usageMask: KMIP.CryptographicUsageMask {
    kept.integer(.cryptographicUsageMask).map(KMIP.CryptographicUsageMask.init(rawValue:))
      ?? KMIP.CryptographicUsageMask(record.currentUses)
  }

  /// Of every Cryptographic Parameters attribute, the first first.
  var cryptographicParameters: [TTLVItem] { kept.values(.cryptographicParameters) }

  var names: [(text: String, type: UInt32)] {
    kept.values(.name).map { ($0[.nameValue]?.text ?? "", $0[.nameType]?.enumeration ?? 1) }
  }

  var links: [(type: UInt32, target: String)] { kept.links }
  func link(_ type: KMIP.LinkType) -> String? { kept.link(type) }

  var isSensitive: Bool { facts.isSensitive }
  /// Whether its material may leave at all, wrapped or not. Of what is in a vault it leaves by the vault's release policy and no other way.
  var isExtractable: Bool { record.exportable && facts.isExtractable && !isInVault }
  /// Its names, notes and terms are the vault's, which finds it by them.
  var isInVault: Bool { record.object?.place != nil }
  var isFresh: Bool { facts.isFresh }
  /// The door's own, and no client's.
  var isHidden: Bool { kept.first(.constraints) != nil || kept.first(.defaultsInformation) != nil }
  var isArchived: Bool { dates.archive != nil }
  var isDestroyed: Bool { record.state.isDestroyed }

  /// As it was registered, or as the version's defaults have it where nobody said (KMIP 2.1 section 4.26).
  var keyFormat: KMIP.KeyFormatType? {
    facts.format.flatMap(KMIP.KeyFormatType.init(rawValue:)) ?? defaultKeyFormat
  }

  private var defaultKeyFormat: KMIP.KeyFormatType? {
    switch type {
    case .certificate: .x509
    case .certificateRequest: .pkcs10
    case .opaqueObject: .opaque
    case .pgpKey, .secretData, .symmetricKey, .splitKey: .raw
    case .template: nil
    case .privateKey: isRSA ? .pkcs1 : .pkcs8
    case .publicKey: isRSA ? .pkcs1 : .x509
    }
  }

  private var isRSA: Bool { algorithm == KMIP.CryptographicAlgorithm.rsa.rawValue }
}
