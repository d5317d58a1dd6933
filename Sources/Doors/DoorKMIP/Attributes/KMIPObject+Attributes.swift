import KMSDomain
import WireKMIP

extension KMIPObject {
  /// Whether the attribute's value is made, not kept.
  private static let computed: Set<KMIPTag> = [
    .uniqueIdentifier, .shortUniqueIdentifier, .objectType, .cryptographicAlgorithm, .cryptographicLength,
    .cryptographicDomainParameters, .digest, .cryptographicUsageMask, .leaseTime, .usageLimits, .state,
    .initialDate, .activationDate, .processStartDate, .protectStopDate, .deactivationDate, .destroyDate,
    .compromiseOccurrenceDate, .compromiseDate, .archiveDate, .lastChangeDate, .keyValuePresent, .sensitive,
    .alwaysSensitive, .extractable, .neverExtractable, .keyFormatType, .protectionStorageMask, .fresh,
  ]

  static func isComputed(_ tag: KMIPTag) -> Bool { computed.contains(tag) }

  /// The values of one attribute, whatever versions have it.
  func values(_ name: AttributeName) -> [AttributeList.Instance] {
    guard KMIPObject.computed.contains(name.tag) else { return isTold(name.tag) ? kept.all(name) : [] }
    return item(name.tag).map { [AttributeList.Instance(name: name, index: 0, item: $0)] } ?? []
  }

  /// Every attribute of the object that a version has, in the rules' order.
  /// - Parameter digest: SHA-256 of the material, for the Digest attribute; nil leaves that out.
  func attributes(in version: KMIPVersion, digest: [UInt8]?) -> AttributeList {
    var list = AttributeList()
    for rule in AttributeRules.all where rule.isKnown(in: version) && rule.applies(to: type, in: version) {
      if KMIPObject.computed.contains(rule.tag) {
        if let item = item(rule.tag, digest: digest) { list.add(item, as: AttributeName(rule.tag)) }
      } else if isTold(rule.tag) {
        for instance in kept.all(rule.tag) { list.keep(instance) }
      }
    }
    return list
  }

  /// Of which generator a device's material is, nobody here knows.
  private func isTold(_ tag: KMIPTag) -> Bool { tag != .randomNumberGenerator || !record.isOnDevice }

  /// A value that is made, not kept; nil when the object doesn't have it.
  func item(_ tag: KMIPTag, digest: [UInt8]? = nil) -> [UInt8]? {
    guard KMIPObject.computed.contains(tag) else { return nil }
    var writer = TTLVWriter(capacity: 64)
    write(tag, digest, into: &writer)
    return writer.count == 0 ? nil : writer.bytes
  }

  /// A value that is made; nothing when the object doesn't have the attribute.
  private func write(_ tag: KMIPTag, _ digest: [UInt8]?, into output: inout TTLVWriter) {
    switch tag {
    case .uniqueIdentifier: output.text(tag, identifier)
    case .shortUniqueIdentifier: output.byteString(tag, shortIdentifier)
    case .objectType: output.enumeration(type)
    case .cryptographicAlgorithm: if let algorithm { output.enumeration(tag, algorithm) }
    case .cryptographicLength: if let length { output.integer(tag, length) }
    case .cryptographicDomainParameters: writeDomain(into: &output)
    case .cryptographicUsageMask: if hasMask { output.integer(tag, usageMask.rawValue) }
    case .digest: if let digest { writeDigest(digest, into: &output) }
    case .leaseTime: if let leaseTime, !isDestroyed { output.interval(tag, leaseTime) }
    case .usageLimits: writeLimits(into: &output)
    case .state: output.enumeration(state)
    case .keyValuePresent: if isValueElsewhere { output.boolean(tag, false) }
    case .keyFormatType: if let keyFormat { output.enumeration(keyFormat) }
    case .protectionStorageMask: output.mask(tag, protection)
    case .sensitive: output.boolean(tag, isSensitive)
    case .alwaysSensitive: output.boolean(tag, kept.boolean(tag) ?? isSensitive)
    case .extractable: output.boolean(tag, isExtractable)
    case .neverExtractable: output.boolean(tag, kept.boolean(tag) ?? !isExtractable)
    case .fresh: output.boolean(tag, isFresh)
    default: if let date = date(tag) { output.dateTime(tag, date.seconds) }
    }
  }

  func date(_ tag: KMIPTag) -> Instant? {
    switch tag {
    case .initialDate: kept.date(tag) ?? record.createdAt
    case .activationDate: dates.activation
    case .processStartDate: dates.processStart
    case .protectStopDate: dates.protectStop
    case .deactivationDate: dates.deactivation
    case .destroyDate: dates.destruction
    case .compromiseOccurrenceDate: dates.compromiseOccurrence
    case .compromiseDate: dates.compromise
    case .archiveDate: dates.archive
    case .lastChangeDate: dates.lastChange ?? record.createdAt
    default: nil
    }
  }

  /// Eight bytes of the identifier; the whole of it, folded, so that any identifier has one.
  private var shortIdentifier: [UInt8] {
    let hash = SearchTerm.hash(Array(identifier.utf8))
    return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: hash >> UInt64($0)) }
  }

  private var hasMask: Bool {
    kept.first(.cryptographicUsageMask) != nil || (type != .opaqueObject && type != .template)
  }

  /// The owner keeps the material, and only its description is here.
  var isValueElsewhere: Bool { facts.isValueElsewhere }

  private func writeDomain(into output: inout TTLVWriter) {
    if let given = kept.value(.cryptographicDomainParameters) { return output.copy(given) }
    guard type == .privateKey || type == .publicKey, let curve = record.spec.kmip?.curve else { return }
    output.structure(.cryptographicDomainParameters) { $0.enumeration(curve) }
  }

  private func writeDigest(_ digest: [UInt8], into output: inout TTLVWriter) {
    output.structure(.digest) { output in
      output.enumeration(KMIP.HashingAlgorithm.sha256)
      output.byteString(.digestValue, digest)
      if let format = digestFormat { output.enumeration(format) }
    }
  }

  /// In which form custody hashes the material. Published test cases don't have it said of certificates out of stores.
  private var digestFormat: KMIP.KeyFormatType? {
    if type == .certificate, kept.first(.fromStoreNote) != nil { return nil }
    return type == .certificate || type == .certificateRequest ? .raw : keyFormat
  }

  private func writeLimits(into output: inout TTLVWriter) {
    guard let limit = record.object?.limit else { return }
    output.structure(.usageLimits) { output in
      output.longInteger(.usageLimitsTotal, limit.total)
      output.longInteger(.usageLimitsCount, limit.left)
      output.enumeration(limit.unit == .bytes ? KMIP.UsageLimitsUnit.byte : .object)
    }
  }

  /// Where the material is. Public halves are kept and used in the server's process, wherever the private ones are.
  private var protection: KMIP.ProtectionStorageMask {
    record.isOnDevice && type != .publicKey ? .hardware : .software
  }
}
