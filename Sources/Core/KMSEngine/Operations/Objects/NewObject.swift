package import KMSDomain

/// What an object is to be that is being made. It has the same shape whoever asks: doors fill it from what they were sent.
package struct NewObject: Sendable {
  /// Where its material comes from.
  package enum Source: Sendable {
    /// Custody makes it; `bytes` for kinds whose length isn't fixed.
    case generated(bytes: Int?)
    /// The caller brings it.
    case given(Payload, as: MaterialForm)
    /// The public half of the object that is made at this place of the same work.
    case publicHalf(of: Int)
    /// A public key that the caller brings, as SubjectPublicKeyInfo (DER).
    case publicKey([UInt8])
    /// From the material of the first input, and of the second where the method takes two keys.
    case derived(DerivationParameters)
    /// Put together from the material of all inputs.
    case joined(ShareScheme)
    /// One of the shares of the first input.
    case share(ShareScheme, number: Int)
    /// There is none.
    case none
  }

  package var kind: ObjectKind
  package var spec: KeySpec
  /// For good.
  package var usages: KeyUsages
  /// For now.
  package var uses: KeyUsages
  package var exportable: Bool
  package var isShared: Bool
  package var dates: ObjectDates
  package var limit: UsageLimit?
  package var names: [String]
  package var notes: [UInt8]
  package var terms: [UInt64]
  package var source: Source

  package init(
    kind: ObjectKind, spec: KeySpec, usages: KeyUsages, uses: KeyUsages, exportable: Bool, isShared: Bool,
    dates: ObjectDates, limit: UsageLimit? = nil, names: [String] = [], notes: [UInt8] = [],
    terms: [UInt64] = [], source: Source
  ) {
    self.kind = kind
    self.spec = spec
    self.usages = usages
    self.uses = uses
    self.exportable = exportable
    self.isShared = isShared
    self.dates = dates
    self.limit = limit
    self.names = names
    self.notes = notes
    self.terms = terms
    self.source = source
  }

  var origin: KeyOrigin {
    switch source {
    case .generated, .publicHalf, .derived, .joined, .share: .generated
    case .given, .publicKey, .none: .imported
    }
  }

  var managed: ManagedObject {
    ManagedObject(
      kind: kind, isShared: isShared, dates: dates, uses: uses, limit: limit, names: names.sorted(),
      notes: notes, terms: Set(terms).sorted())
  }
}

/// What becomes of an object that is there.
package struct ObjectEdit: Sendable {
  /// Through its life, in this order.
  package var events: [KeyEvent]
  /// nil: as it was.
  package var object: ManagedObject?
  /// The material is gone for good; goes with the event `destroy`.
  package var erases: Bool

  package init(_ object: ManagedObject? = nil, events: [KeyEvent] = [], erases: Bool = false) {
    self.object = object
    self.events = events
    self.erases = erases
  }
}

/// What a door wants done, once it has seen what there is.
package struct ObjectPlan: Sendable {
  package var makes: [NewObject]
  /// One for each input; nil leaves it alone.
  package var edits: [ObjectEdit?]

  package init(makes: [NewObject] = [], edits: [ObjectEdit?] = []) {
    self.makes = makes
    self.edits = edits
  }
}

/// What a door plans with.
package struct ObjectScene: Sendable {
  package let now: Instant
  /// Of the objects that will be made.
  package let identifiers: [String]
  package let inputs: [ProtectedKey]
}
