package import KMSDomain

/// What an object is to be that is being made. It has the same shape whoever asks: doors fill it from what they were sent.
package struct NewObject: Sendable {
  /// Where its material comes from.
  package enum Source: Sendable {
    /// Custody makes it; `length` in bytes for kinds that have any length.
    case generated(length: Int?)
    /// Custody makes an RSA key with this public exponent.
    case generatedRSA(exponent: Int64)
    /// The caller brings it.
    case given(PlainMaterial)
    /// The public half of the object that is made at this place of the same work.
    case publicHalf(of: Int)
    /// A public key that the caller brings, as SubjectPublicKeyInfo (DER).
    case publicKey([UInt8])
    /// From the material of the first input, and with that of the second as its data if the second is opened; `length` in bytes.
    case derived(KeyDerivation, length: Int)
    /// Put together from the material of all inputs, which are the parts of these identifiers; `length` in bytes where the kind
    /// doesn't say it.
    case joined(SecretSharing, identifiers: [Int], length: Int?, form: MaterialForm)
    /// One part of the first input; without inputs, of the first object that is made. Identifiers begin with 1.
    case share(SecretSharing, identifier: Int)
    /// Something that the first input signs: `content` is signed, and `seal` puts it together with the signature.
    case signed(SignatureParameters, content: [UInt8], seal: @Sendable ([UInt8]) -> [UInt8])
    /// What came under the public half of the last input: see `TransferCustody`.
    case transferred([UInt8])
    /// What is at this place of a backup, on the terms that it has there.
    case restored(any OpenedBackup, Int)
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
  /// In a vault; nil: in none.
  package var place: VaultPlace?
  package var source: Source
  /// Where material goes that custody makes.
  package var site = MaterialSite.root
  /// Switched off from the start.
  package var isSuspended = false
  /// False: it is made for the others of its work, and gone when they are there.
  package var isKept = true
  /// See `ManagedObject.renewal`.
  package var renewal: Instant?
  /// The input whose policy and tags it takes over, if that is at home in the same kind of keyring; nil: it gets the policy that every
  /// new object gets.
  package var heirOf: Int?

  package init(
    kind: ObjectKind, spec: KeySpec, usages: KeyUsages, uses: KeyUsages, exportable: Bool, isShared: Bool,
    dates: ObjectDates, limit: UsageLimit? = nil, names: [String] = [], notes: [UInt8] = [],
    terms: [UInt64] = [], place: VaultPlace? = nil, source: Source
  ) {
    self.place = place
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

  /// Whether custody makes its material on a device.
  package func isMadeElsewhere(by custody: any KeyCustody) -> Bool {
    switch source {
    case .generated, .generatedRSA: !exportable && custody.makesKeysElsewhere(at: site)
    case .derived, .joined, .share, .signed, .transferred, .given, .restored, .publicHalf, .publicKey, .none:
      false
    }
  }

  /// Whether making its material takes long: some kinds do, and all that is done on a device.
  func isSlow(_ custody: any KeyCustody) -> Bool {
    switch source {
    case .generated, .generatedRSA: spec.isSlow(.createKey) || isMadeElsewhere(by: custody)
    case .derived, .joined, .share, .signed, .transferred: true
    case .given, .restored: spec.isAsymmetric
    case .publicHalf, .publicKey, .none: false
    }
  }

  var origin: KeyOrigin {
    switch source {
    case .generated, .generatedRSA, .publicHalf, .derived, .joined, .share, .signed: .generated
    case .given, .publicKey, .transferred, .none: .imported
    case .restored(let backup, let place):
      backup.terms.indices.contains(place) ? backup.terms[place].origin : .imported
    }
  }

  /// An object that comes from elsewhere may have been compromised there.
  func state(at now: Instant) -> KeyState {
    if dates.compromise != nil { return .compromised }
    guard let activation = dates.activation, activation <= now else { return .preActive }
    return isSuspended ? .suspended : .active
  }

  func managed(heldBy holder: String?) -> ManagedObject {
    ManagedObject(
      kind: kind, isShared: isShared, holder: holder, dates: dates, renewal: renewal, uses: uses,
      limit: limit,
      names: names.sorted(),
      notes: notes, terms: Set(terms).sorted(), place: place)
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
  /// When it is to be destroyed; goes with the event `scheduleDeletion`.
  package var deletion: Instant?
  /// What the object goes back to, instead of all that.
  package var undone: Undone?

  /// A change that is taken back: nothing may have happened to the object since.
  package struct Undone: Sendable {
    let before: KeyRecord
    let after: KeyRecord
  }

  package init(
    _ object: ManagedObject? = nil, events: [KeyEvent] = [], erases: Bool = false, deletion: Instant? = nil
  ) {
    self.deletion = deletion
    self.object = object
    self.events = events
    self.erases = erases
  }

  /// Takes a change back. Material that was erased doesn't come back.
  package init(from after: ProtectedKey, backTo before: ProtectedKey) {
    self.init()
    undone = Undone(before: before.record, after: after.record)
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
