import KMSDomain
import KMSEngine
import WireKMIP

/// An object that is about to be made: what its maker says of it. `made` adds what follows from that.
struct ObjectDraft {
  /// How it comes to be.
  enum Cause {
    /// Its material is made here: Create, Create Key Pair, Derive Key, Re-key and the like.
    case generated
    /// It is brought in: Register.
    case registered
    /// It is brought in with its history: Import.
    case imported
  }

  let type: KMIP.ObjectType
  let cause: Cause
  /// What custody keeps it as.
  var spec: KeySpec
  var source: NewObject.Source
  /// What the client says of it; then also notes of the door's own, under tags that are no attributes.
  var attributes: AttributeList
  /// What the server says of it, which no client may, and more notes of the door's own. It wins.
  var served = AttributeList()
  /// Which operations custody may ever do with it; nil: those of the usage mask.
  var usages: KeyUsages?

  init(
    _ type: KMIP.ObjectType, _ cause: Cause, spec: KeySpec, source: NewObject.Source,
    attributes: AttributeList
  ) {
    self.type = type
    self.cause = cause
    self.spec = spec
    self.source = source
    self.attributes = attributes
  }
}

extension ObjectDraft {
  /// - Throws: `attributeReadOnly`, `attributeSingleValued`, `invalidAttribute` and the like for what nobody may say of a new object.
  func made(at now: Instant, in version: KMIPVersion) throws(KMIPFault) -> NewObject {
    if cause != .imported { try check(version) }
    var kept = attributes
    kept.lay(served)
    let dates = try takeDates(&kept)
    let limit = try takeLimit(&kept)
    complete(&kept, at: now)
    let mask = KMIP.CryptographicUsageMask(rawValue: kept.integer(.cryptographicUsageMask) ?? 0)
    let wanted = usages ?? mask.usages.intersection(spec.explicitUsages)
    let kind = ObjectKind(type)
    var made = NewObject(
      kind: kind, spec: spec, usages: wanted, uses: wanted, exportable: kept.boolean(.extractable) ?? true,
      isShared: spec.isKnownToAWS(for: wanted) && (kind == .symmetricKey || kind == .privateKey),
      dates: dates,
      limit: limit,
      names: SearchTerm.names(kept, of: type), notes: kept.notes,
      terms: SearchTerm.terms(kept, type, spec.kmip),
      source: source)
    // What may leave can't be put where nothing leaves, and this may be said of an object later that has neither attribute now.
    let stays = kept.boolean(.sensitive) == true && kept.boolean(.extractable) == false
    made.site = stays ? .usual : .root
    made.renewal = kept.renewal(of: type, since: now, dates)
    return made
  }

  /// That each attribute may be given by a client, exists once if it may exist only once, and goes with the object.
  private func check(_ version: KMIPVersion) throws(KMIPFault) {
    var seen: Set<AttributeName> = []
    for instance in attributes.instances {
      // The door's own notes.
      guard let rule = AttributeRules.rule(for: instance.tag) else { continue }
      guard rule.client.contains(.give) else {
        throw KMIPFault(
          .attributeReadOnly, older: .invalidField, "\(instance.name) is for the server to set.")
      }
      try instance.requireData()
      guard seen.insert(instance.name).inserted || rule.isMultiple else {
        throw KMIPFault(.attributeSingleValued, "\(instance.name) has one value only.")
      }
    }
  }

  /// Dates live in the record, not among what is kept.
  private func takeDates(_ kept: inout AttributeList) throws(KMIPFault) -> ObjectDates {
    var dates = ObjectDates()
    dates.activation = kept.take(.activationDate)
    dates.processStart = kept.take(.processStartDate)
    dates.protectStop = kept.take(.protectStopDate)
    dates.deactivation = kept.take(.deactivationDate)
    // What may have happened to an object elsewhere; no client says it of a new one.
    dates.compromise = kept.take(.compromiseDate)
    dates.compromiseOccurrence = kept.take(.compromiseOccurrenceDate)
    try dates.check()
    return dates
  }

  private func takeLimit(_ kept: inout AttributeList) throws(KMIPFault) -> UsageLimit? {
    guard let item = kept.value(.usageLimits) else { return nil }
    kept.remove(.usageLimits)
    var limit = try UsageLimit(item)
    if cause == .imported, let left = item[.usageLimitsCount]?.longInteger {
      limit.left = max(0, min(left, limit.total))
    }
    return limit
  }

  /// What the server sets by itself.
  private func complete(_ kept: inout AttributeList, at now: Instant) {
    if let kind = spec.kmip {
      if kept.first(.cryptographicAlgorithm) == nil { kept.set(kind.algorithm) }
      if kept.first(.cryptographicLength) == nil, let length = kind.length {
        kept.set(.cryptographicLength, to: length)
      }
    }
    let isSensitive = kept.boolean(.sensitive) ?? false
    kept.set(.sensitive, to: isSensitive)
    if kept.first(.alwaysSensitive) == nil { kept.set(.alwaysSensitive, to: isSensitive) }
    let isExtractable = kept.boolean(.extractable) ?? true
    kept.set(.extractable, to: isExtractable)
    if kept.first(.neverExtractable) == nil { kept.set(.neverExtractable, to: !isExtractable) }
    if kept.first(.fresh) == nil { kept.set(.fresh, to: true) }
    guard cause == .generated else { return }
    if kept.first(.originalCreationDate) == nil { kept.set(.originalCreationDate, to: now) }
    if kept.first(.randomNumberGenerator) == nil { kept.set(.randomNumberGenerator, RandomSource.write) }
  }
}

extension AttributeList.Instance {
  /// - Throws: `applicationNamespaceNotSupported` for an application's data that the server would have to make up.
  func requireData() throws(KMIPFault) {
    guard tag == .applicationSpecificInformation, value?[.applicationData] == nil else { return }
    throw KMIPFault(.applicationNamespaceNotSupported, "The server makes no application data.")
  }
}

extension AttributeList {
  /// The date, out of the list.
  fileprivate mutating func take(_ tag: KMIPTag) -> Instant? {
    let date = date(tag)
    remove(tag)
    return date
  }
}

extension ObjectDates {
  /// - Throws: `invalidAttributeValue` for dates in an order that makes no sense (KMIP 2.1 section 4).
  func check() throws(KMIPFault) {
    func isInOrder(_ first: Instant?, _ second: Instant?) -> Bool {
      guard let first, let second else { return true }
      return first <= second
    }
    guard isInOrder(activation, deactivation), isInOrder(activation, processStart),
      isInOrder(processStart, deactivation), isInOrder(activation, protectStop),
      isInOrder(protectStop, deactivation)
    else { throw KMIPFault(.invalidAttributeValue, "The dates aren't in their order.") }
  }
}

extension UsageLimit {
  /// What a client says: a total, and what it counts. What it leaves out stays as it was.
  init(_ item: TTLVItem, before: UsageLimit? = nil) throws(KMIPFault) {
    let unit = item[.usageLimitsUnit]?.enumeration(KMIP.UsageLimitsUnit.self)
      .map { $0 == .byte ? Unit.bytes : .objects }
    guard let total = item[.usageLimitsTotal]?.longInteger ?? before?.total, total >= 0,
      let unit = unit ?? before?.unit
    else { throw .malformed("The usage limits") }
    self.init(total: total, left: total, unit: unit)
  }
}

/// The generator that material comes from.
enum RandomSource {
  /// Custody's: CTR_DRBG with AES-256, seeded by the system.
  static func write(into output: inout TTLVWriter) {
    write(.randomNumberGenerator, into: &output)
  }

  static func write(_ tag: KMIPTag, into output: inout TTLVWriter) {
    output.structure(tag) { output in
      output.enumeration(KMIP.RNGAlgorithm.drbg)
      output.enumeration(KMIP.CryptographicAlgorithm.aes)
      output.integer(.cryptographicLength, 256)
      output.enumeration(KMIP.DRBGAlgorithm.ctr)
    }
  }
}
