import KMSDomain
import KMSEngine
import WireKMIP

/// What may change of an object. Names, terms and notes follow from it.
struct ObjectChange {
  /// What was given, and the door's own notes.
  var kept: AttributeList
  var dates: ObjectDates
  var limit: UsageLimit?
  var uses: KeyUsages
}

extension KMIPObject {
  /// The edit that makes the object what `change` makes of it.
  /// - Parameter erases: takes the material away for good. What is destroyed gives its names up, and what it was wrapped in: that is
  ///   material too, for whoever has the wrapping key.
  /// - Throws: `permissionDenied` for what is in a vault, and whatever `change` throws.
  func edited(
    _ events: [KeyEvent] = [], erases: Bool = false,
    _ change: (inout ObjectChange) throws(KMIPFault) -> Void = { _ in }
  ) throws(KMIPFault) -> ObjectEdit {
    let before = record.object
    guard !isInVault else { throw KMIPFault(.permissionDenied, "The key is changed in its vault alone.") }
    var draft = ObjectChange(
      kept: kept, dates: dates, limit: before?.limit, uses: before?.uses ?? record.usages)
    try change(&draft)
    if erases || events.contains(.destroy) {
      draft.kept.remove(.keyValue)
      draft.kept.remove(.keyWrappingData)
    }
    let object = ManagedObject(
      kind: record.kind, isShared: before?.isShared ?? false, holder: before?.holder, dates: draft.dates,
      renewal: renewal(draft), uses: draft.uses,
      limit: draft.limit, names: events.contains(.destroy) ? [] : SearchTerm.names(draft.kept, of: type),
      notes: draft.kept.notes,
      terms: SearchTerm.terms(draft.kept, type, record.spec.kmip))
    return ObjectEdit(object, events: events, erases: erases)
  }

  /// Keys of other protocols have ways of their own to get new material.
  private func renewal(_ draft: ObjectChange) -> Instant? {
    guard record.home.kind == .kmip else { return nil }
    return draft.kept.renewal(of: type, since: record.createdAt, draft.dates)
  }
}
