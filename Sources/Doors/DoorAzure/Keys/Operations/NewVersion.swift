import KMSDomain
import KMSEngine

/// What a new version of a key is to be, wherever its material comes from.
struct NewVersion: Sendable {
  var notes: KeyNotes
  let spec: KeySpec
  let exportable: Bool
  let attributes: WantedAttributes

  /// - Parameter previous: the latest version so far.
  func object(
    _ source: NewObject.Source, after previous: KeyRecord?, at now: Instant
  ) -> NewObject {
    var notes = notes
    notes.rotation = previous.flatMap(KeyNotes.init)?.rotation
    var kept = VersionNotes(updated: now.milliseconds / 1000)
    kept.tags = attributes.tags ?? [:]
    kept.previous = previous.map { ItemNames.version(of: $0) }
    notes.keep(in: &kept.fields)
    var dates = ObjectDates()
    dates.activation = now
    attributes.apply(to: &dates)
    var object = NewObject(
      kind: ObjectKind(of: spec), spec: spec, usages: notes.type.usages,
      uses: notes.operations.uses(of: notes.type), exportable: exportable,
      isShared: spec.isShared(for: notes.type.usages, with: notes.operations.uses(of: notes.type)),
      dates: dates, notes: kept.encoded, source: source)
    object.site = notes.type.isHSM ? .device : .usual
    object.isSuspended = attributes.enabled == false
    object.renewal = notes.rotation?.rotation(of: now, expiry: dates.protectStop)
    return object
  }
}

extension KeySpec {
  /// Whether such a key also stands among the keys of its account's AWS keyring, where a key is for one thing: by its kind, or because its
  /// owner wants it for nothing else.
  /// - Parameter uses: what it is made for.
  fileprivate func isShared(for usages: KeyUsages, with uses: KeyUsages) -> Bool {
    family != nil && (purpose(for: usages) ?? purpose(for: uses)) != nil
  }
}

/// What goes for keys that are made and for those that are brought.
enum KeyExport {
  /// - Throws: `badParameter` for a key that may leave without a policy that says to whom, and the other way round.
  static func check(exportable: Bool, _ policy: ReleasePolicy?) throws(KeyFault) {
    guard exportable == (policy != nil) else {
      throw .badParameter(
        exportable
          ? "AKV.SKR.1004: Exportable keys must have release policy."
          : "AKV.SKR.1005: Non-exportable keys must not have release policy.")
    }
  }
}
