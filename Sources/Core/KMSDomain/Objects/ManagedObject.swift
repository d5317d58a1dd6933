/// What a managed object is. Keys are what doors protect and process data with; the others are kept beside them under the same
/// rules.
///
/// Raw values are stored and authenticated: never change or reuse one.
package enum ObjectKind: UInt8, CaseIterable, Sendable {
  case symmetricKey = 1
  /// The private half of a key pair, with its public half.
  case privateKey = 2
  /// A public half alone.
  case publicKey = 3
  /// A share of a key.
  case splitKey = 4
  /// A password, a seed, or something else secret that is no key.
  case secret = 5
  /// Bytes whose meaning only their owner knows.
  case opaque = 6
  case certificate = 7
  case certificateRequest = 8
  case pgpKey = 9
  /// Attributes for objects that are yet to be made.
  case template = 10
  /// A name in a vault, with what holds of all the versions that it has had; see `VaultPlace`.
  case vaultItem = 11
}

extension ObjectKind {
  /// What a key is that nobody said more of.
  package init(of spec: KeySpec) { self = spec.isAsymmetric ? .privateKey : .symmetricKey }
}

/// The moments of an object's life, beside that of its making. NIST SP 800-57 part 1 sections 5 and 8.
package struct ObjectDates: Hashable, Sendable {
  /// From when on it may be used; nil: it waits to be activated.
  package var activation: Instant?
  /// From when on it protects; nil: as soon as it is active.
  package var protectStart: Instant?
  /// From when on it may process what it protected; nil: as soon as it is active.
  package var processStart: Instant?
  /// From when on it protects no more; nil: as long as it is active.
  package var protectStop: Instant?
  /// From when on it only processes.
  package var deactivation: Instant?
  package var destruction: Instant?
  /// When the owner said that it may be known to others, and since when that may be so.
  package var compromise: Instant?
  package var compromiseOccurrence: Instant?
  /// Since when it has been in the archive; nil: it isn't there.
  package var archive: Instant?
  package var lastChange: Instant?

  package init() {}

  fileprivate var all: [Instant?] {
    [
      activation, processStart, protectStop, deactivation, destruction, compromise, compromiseOccurrence,
      archive, lastChange,
    ]
  }

  fileprivate init?(_ all: [Instant?]) {
    guard all.count == 9 else { return nil }
    activation = all[0]
    processStart = all[1]
    protectStop = all[2]
    deactivation = all[3]
    destruction = all[4]
    compromise = all[5]
    compromiseOccurrence = all[6]
    archive = all[7]
    lastChange = all[8]
  }
}

/// How much an object may still be used.
package struct UsageLimit: Hashable, Sendable {
  /// What counts.
  package enum Unit: UInt8, CaseIterable, Sendable {
    case bytes = 1
    /// Calls of operations.
    case objects = 2
  }

  package let total: Int64
  package var left: Int64
  package let unit: Unit

  package init(total: Int64, left: Int64, unit: Unit) {
    self.total = total
    self.left = left
    self.unit = unit
  }
}

/// What a record has beyond a key, when it is an object that its owner describes and whose life has dates.
package struct ManagedObject: Hashable, Sendable {
  package let kind: ObjectKind
  /// Whether it also stands among the keys of its account's AWS keyring.
  package let isShared: Bool
  /// For which of its own users a client made it, see `RequestOrigin.Claim`; nil: for all of them.
  package let holder: String?
  package var dates: ObjectDates
  /// When another object is to take its place without being asked, if it is active then; nil: never.
  package var renewal: Instant?
  /// What its owner lets it be used for now; never more than the record's usages.
  package var uses: KeyUsages
  package var limit: UsageLimit?
  /// Where it is in a vault; nil for what is in none.
  package let place: VaultPlace?
  /// Names that no other object of the keyring has, sorted.
  package var names: [String]
  /// What a door knows of it beside all this, in the door's own encoding; the core doesn't look inside.
  package var notes: [UInt8]
  /// By which the door finds it again: see `Store.objects`. Sorted, each once.
  package var terms: [UInt64]

  package init(
    kind: ObjectKind, isShared: Bool = false, holder: String? = nil, dates: ObjectDates = ObjectDates(),
    renewal: Instant? = nil, uses: KeyUsages,
    limit: UsageLimit? = nil, names: [String] = [], notes: [UInt8] = [], terms: [UInt64] = [],
    place: VaultPlace? = nil
  ) {
    self.place = place
    self.kind = kind
    self.isShared = isShared
    self.holder = holder
    self.dates = dates
    self.renewal = renewal
    self.uses = uses
    self.limit = limit
    self.names = names
    self.notes = notes
    self.terms = terms
  }
}

extension ManagedObject: CanonicallyEncoded {
  /// The second form has what objects in vaults have beside the others, the third also when another is to take the object's place. Others
  /// keep the form in which they were first written.
  package func encode(into fields: inout CanonicalFields) {
    let isLong = place != nil || dates.protectStart != nil || renewal != nil
    fields.add(renewal != nil ? "object/3" : isLong ? "object/2" : "object/1")
    fields.add(UInt64(kind.rawValue))
    fields.add(isShared ? 1 : 0)
    fields.add(holder ?? "")
    for date in dates.all { fields.add(date) }
    fields.add(UInt64(uses.rawValue))
    fields.add(UInt64(limit?.unit.rawValue ?? 0))
    fields.add(UInt64(bitPattern: limit?.total ?? 0))
    fields.add(UInt64(bitPattern: limit?.left ?? 0))
    fields.add(list: names) { $0.add($1) }
    fields.add(notes)
    fields.add(list: terms) { $0.add($1) }
    guard isLong else { return }
    fields.add(dates.protectStart)
    fields.add(place?.vault ?? "")
    fields.add(place?.collection.rawValue ?? "")
    fields.add(place?.name ?? "")
    if renewal != nil { fields.add(renewal) }
  }

  /// - Returns: nil unless the bytes are exactly what `canonicalBytes` makes of some object.
  package init?(canonical bytes: [UInt8]) {
    var reader = CanonicalReader(bytes)
    let form = reader.text()
    guard form == "object/1" || form == "object/2" || form == "object/3",
      let kind = reader.choice(ObjectKind.self),
      let shared = reader.number(),
      shared <= 1, let holder = reader.text(), var dates = ObjectDates(reading: &reader),
      let uses = reader.number(),
      let uses = UInt16(exactly: uses), let limit = UsageLimit.read(&reader),
      let names = reader.list({ $0.text() }), let notes = reader.bytes(),
      let terms = reader.list({ $0.number() })
    else { return nil }
    var place: VaultPlace?
    var renewal: Instant?
    if form != "object/1" {
      guard let protectStart = reader.moment(), let found = VaultPlace.read(&reader) else { return nil }
      dates.protectStart = protectStart
      place = found
      guard form == "object/3" || protectStart != nil || place != nil else { return nil }
    }
    if form == "object/3" {
      guard let moment = reader.moment(), let moment else { return nil }
      renewal = moment
    }
    guard reader.isAtEnd else { return nil }
    self.init(
      kind: kind, isShared: shared == 1, holder: holder.isEmpty ? nil : holder, dates: dates,
      renewal: renewal, uses: KeyUsages(rawValue: uses), limit: limit,
      names: names, notes: notes, terms: terms, place: place)
  }
}

extension VaultPlace {
  /// nil for what is none of ours; an absent place is nil inside.
  fileprivate static func read(_ reader: inout CanonicalReader) -> VaultPlace?? {
    guard let vault = reader.text(), let collection = reader.text(), let name = reader.text() else {
      return nil
    }
    if vault.isEmpty { return collection.isEmpty && name.isEmpty ? .some(nil) : nil }
    guard let collection = Collection(rawValue: collection), !name.isEmpty else { return nil }
    return VaultPlace(vault: vault, collection, name)
  }
}

extension ObjectDates {
  fileprivate init?(reading reader: inout CanonicalReader) {
    var all: [Instant?] = []
    for _ in 0..<9 {
      guard let moment = reader.moment() else { return nil }
      all.append(moment)
    }
    self.init(all)
  }
}

extension UsageLimit {
  /// nil for what is none of ours; an absent limit is nil inside.
  fileprivate static func read(_ reader: inout CanonicalReader) -> UsageLimit?? {
    guard let unit = reader.number(), let total = reader.number(), let left = reader.number() else {
      return nil
    }
    if unit == 0 { return total == 0 && left == 0 ? .some(nil) : nil }
    guard let unit = UInt8(exactly: unit).flatMap(Unit.init(rawValue:)) else { return nil }
    return UsageLimit(total: Int64(bitPattern: total), left: Int64(bitPattern: left), unit: unit)
  }
}

extension CanonicalReader {
  fileprivate mutating func choice<Choice: RawRepresentable>(_ type: Choice.Type) -> Choice?
  where Choice.RawValue == UInt8 {
    number().flatMap { UInt8(exactly: $0) }.flatMap(Choice.init(rawValue:))
  }
}
