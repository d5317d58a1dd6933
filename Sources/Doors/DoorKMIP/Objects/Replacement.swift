import KMSDomain
import KMSEngine
import WireKMIP

/// An object that takes the place of another: Re-key, Re-key Key Pair and Re-certify (KMIP 2.1 sections 6.1.45 to 6.1.47).
struct Replacement {
  let old: KMIPObject
  /// Seconds from its making until the new one becomes active; nil: its dates are those of the old one.
  let offset: Int64?
  /// What the client says of the new one.
  let given: AttributeList

  /// What belongs to the old object alone.
  private static let own: Set<KMIPTag> = [
    .uniqueIdentifier, .digest, .initialDate, .originalCreationDate, .destroyDate, .compromiseDate,
    .compromiseOccurrenceDate, .revocationReason, .randomNumberGenerator, .fresh, .archiveDate, .link,
    .keyWrappingData, .keyValue, .keyValuePresent, .keyValueLocation, .alwaysSensitive, .neverExtractable,
    .rotateGeneration, .rotateDate, .rotateLatest,
  ]

  private static let dates: Set<KMIPTag> = [
    .activationDate, .processStartDate, .protectStopDate, .deactivationDate,
  ]
}

extension Replacement {
  /// - Throws: `invalidMessage` for an offset together with dates.
  init(_ old: KMIPObject, _ payload: TTLVItem, given: AttributeList) throws(KMIPFault) {
    let offset = try payload.field(.offset) { $0.interval.map(Int64.init) }
    guard offset == nil || given.instances.allSatisfy({ !Replacement.dates.contains($0.tag) }) else {
      throw KMIPFault(.invalidMessage, "An offset can't be given together with dates.")
    }
    self.init(old: old, offset: offset, given: given)
  }

  /// The attributes of the new object: those of the old one, then what the client says.
  /// - Throws: `illegalOperation` for an offset where the old object never becomes active.
  func attributes(at now: Instant) throws(KMIPFault) -> AttributeList {
    var list = old.kept.filter { instance in
      // Others follow from the material, and notes that are no attributes go with the object.
      !Replacement.own.contains(instance.tag) && !AttributeRules.certificateFields.contains(instance.tag)
        && AttributeRules.rule(for: instance.tag)?.client.contains(.give) ?? true
    }
    for (tag, date) in try dates(at: now) { list.set(tag, to: date) }
    if let limit = old.record.object?.limit {
      list.set(.usageLimits) { output in
        output.structure(.usageLimits) { output in
          output.longInteger(.usageLimitsTotal, limit.total)
          output.enumeration(limit.unit == .bytes ? KMIP.UsageLimitsUnit.byte : .object)
        }
      }
    }
    list.lay(given)
    return list
  }

  /// Notes of the server's own on the new object.
  func served(_ kept: AttributeList) -> AttributeList {
    var list = kept
    list.addLink(.replacedObjectLink, to: old.identifier)
    list.set(.rotateGeneration, to: (old.kept.integer(.rotateGeneration) ?? 0) &+ 1)
    list.set(.rotateLatest, to: true)
    list.set(.rotateDate, to: old.now)
    return list
  }

  /// A symmetric key in the place of another. It takes over who may use it.
  func symmetricKey(
    _ identifier: String, at now: Instant, in version: KMIPVersion
  ) throws(KMIPFault) -> ObjectPlan {
    try old.requireReplaceable(.symmetricKey)
    let attributes = try attributes(at: now)
    let kind = try NewKeyKind(symmetric: attributes.completed(by: old))
    var draft = ObjectDraft(
      .symmetricKey, .generated, spec: kind.spec, source: .generated(length: kind.length),
      attributes: attributes)
    draft.served = served(AttributeList())
    var made = try draft.made(at: now, in: version)
    made.heirOf = 0
    return ObjectPlan(makes: [made], edits: [try edit(replacedBy: identifier)])
  }

  /// What becomes of the old object.
  func edit(replacedBy identifier: String) throws(KMIPFault) -> ObjectEdit {
    try old.edited { change throws(KMIPFault) in
      change.kept.remove(.name)
      change.kept.removeLinks(.replacementObjectLink)
      change.kept.addLink(.replacementObjectLink, to: identifier)
      change.kept.set(.rotateLatest, to: false)
      change.kept.set(.rotateDate, to: old.now)
    }
  }

  private func dates(at now: Instant) throws(KMIPFault) -> [(KMIPTag, Instant)] {
    let dates = old.dates
    let others: [(KMIPTag, Instant?)] = [
      (.processStartDate, dates.processStart), (.protectStopDate, dates.protectStop),
      (.deactivationDate, dates.deactivation),
    ]
    guard let offset else {
      return ([(.activationDate, dates.activation)] + others).compactMap { pair in
        pair.1.map { (pair.0, $0) }
      }
    }
    let activation = now.advanced(seconds: offset)
    guard let first = dates.activation else {
      guard others.allSatisfy({ $0.1 == nil }) else {
        throw KMIPFault(.illegalOperation, "The object has no activation date from which dates could move.")
      }
      return [(.activationDate, activation)]
    }
    let shift = activation.seconds - first.seconds
    return [(.activationDate, activation)]
      + others.compactMap { pair in pair.1.map { (pair.0, $0.advanced(seconds: shift)) } }
  }
}

extension KMIPObject {
  /// - Throws: `invalidObjectType`, `objectArchived`, `keyValueNotPresent` for what can't be replaced.
  func requireReplaceable(_ type: KMIP.ObjectType) throws(KMIPFault) {
    guard self.type == type else {
      throw KMIPFault(
        .invalidObjectType, older: .permissionDenied, "The object isn't of the type that is replaced so.")
    }
    guard !isArchived else { throw KMIPFault(.objectArchived, "The object is in the archive.") }
    guard !isValueElsewhere else {
      throw KMIPFault(.keyValueNotPresent, "Only the owner has the material.")
    }
  }
}
