/// Key material in its stored form: sealed under an epoch, bound to the version's identity. The store accepts
/// nothing else, and only custody makes or opens it. Of material on a device it says
/// where that is.
package struct WrappedKey: Hashable, Sendable {
  package let epoch: EpochID
  package let bytes: [UInt8]

  package init(epoch: EpochID, bytes: [UInt8]) {
    self.epoch = epoch
    self.bytes = bytes
  }
}

/// A wrapping key under the root, as stored.
package struct EpochRecord: Sendable {
  package let id: EpochID
  package let wrapped: [UInt8]
  /// The same key for those who hold recovery shares; nil where there is no recovery.
  package let recovery: [UInt8]?
  package let createdAt: Instant
  /// How many keys have been wrapped under it.
  package let wraps: UInt64
  /// Under which erasure secret the key is, below the root; nil for one from before there were any.
  package let erasure: Bits128?
  /// The generation of the seal file under whose roots it was sealed last.
  package let seal: UInt64
  /// Over all of this but `wraps`; nil for one from before there were codes. See `Authenticated`.
  package let code: [UInt8]?

  package init(
    id: EpochID, wrapped: [UInt8], recovery: [UInt8]? = nil, createdAt: Instant, wraps: UInt64,
    erasure: Bits128? = nil, seal: UInt64 = 0, code: [UInt8]? = nil
  ) {
    self.erasure = erasure
    self.seal = seal
    self.code = code
    self.id = id
    self.wrapped = wrapped
    self.recovery = recovery
    self.createdAt = createdAt
    self.wraps = wraps
  }
}

extension EpochRecord: CanonicallyEncoded {
  /// With the wrapped bytes, unlike other records: who has no root can make a blob for the recovery too, because its key is public.
  /// Not how often it wrapped, which the store counts up by itself.
  package func encode(into fields: inout CanonicalFields) {
    fields.add("epoch/1")
    fields.add(UInt64(id.number))
    fields.add(createdAt)
    fields.add(wrapped)
    fields.add(UInt64(recovery == nil ? 0 : 1))
    fields.add(recovery ?? [])
    fields.add(erasure?.bytes ?? [])
    fields.add(seal)
  }
}

/// What can't change about a version: the associated data of its wrapping, so that a row moved or edited in the
/// database no longer opens.
package struct VersionIdentity: Hashable, Sendable {
  package let key: KeyID
  package let version: VersionID
  package let spec: KeySpec
  package let usages: KeyUsages
  package let origin: KeyOrigin
  package let exportable: Bool

  package init(
    key: KeyID, version: VersionID, spec: KeySpec, usages: KeyUsages, origin: KeyOrigin, exportable: Bool
  ) {
    self.key = key
    self.version = version
    self.spec = spec
    self.usages = usages
    self.origin = origin
    self.exportable = exportable
  }

  /// The bytes that custody binds: fixed width, so no two identities share them.
  package var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(VersionIdentity.canonicalLength)
    key.bits.append(to: &bytes)
    version.bits.append(to: &bytes)
    bytes.append(spec.rawValue)
    bytes.append(UInt8(truncatingIfNeeded: usages.rawValue >> 8))
    bytes.append(UInt8(truncatingIfNeeded: usages.rawValue))
    bytes.append(origin.rawValue)
    bytes.append(exportable ? 1 : 0)
    return bytes
  }

  /// How many there are.
  package static let canonicalLength = 37

  /// The identity of which these are the canonical bytes; nil when there is none.
  package init?(canonicalBytes: ArraySlice<UInt8>) {
    let bytes = Array(canonicalBytes)
    guard bytes.count == VersionIdentity.canonicalLength, let key = Bits128(bytes.span),
      let version = Bits128(bytes.span, at: 16), let spec = KeySpec(rawValue: bytes[32]),
      let origin = KeyOrigin(rawValue: bytes[35]), bytes[36] <= 1
    else { return nil }
    self.init(
      key: KeyID(key), version: VersionID(version), spec: spec,
      usages: KeyUsages(rawValue: UInt16(bytes[33]) << 8 | UInt16(bytes[34])), origin: origin,
      exportable: bytes[36] == 1)
  }
}

/// One backing key. `material` is nil before it is imported and once it is destroyed.
package struct KeyVersion: Hashable, Sendable {
  package let id: VersionID
  package var state: VersionState
  package let createdAt: Instant
  package var material: WrappedKey?
  /// SubjectPublicKeyInfo (DER); nil for symmetric keys, and while there is no material.
  package var publicKey: [UInt8]?
  /// Tells whether other material is the same, see `NewMaterial`; nil where nobody will ask. It stays when the material goes.
  package var fingerprint: [UInt8]?
  /// What it was made by.
  package let cause: VersionCause
  /// From when on imported material must be gone; nil when it may stay.
  package var expiry: Instant?
  /// What its owner calls imported material. It stays when the material goes.
  package var description: String?

  package init(
    id: VersionID, state: VersionState, createdAt: Instant, material: WrappedKey?, publicKey: [UInt8]? = nil,
    fingerprint: [UInt8]? = nil, cause: VersionCause = .creation, expiry: Instant? = nil,
    description: String? = nil
  ) {
    self.expiry = expiry
    self.description = description
    self.cause = cause
    self.id = id
    self.state = state
    self.createdAt = createdAt
    self.material = material
    self.publicKey = publicKey
    self.fingerprint = fingerprint
  }
}

/// A label on a key.
package struct Tag: Hashable, Sendable {
  package let key: String
  package let value: String

  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// Everything that is known of a key but its material in the clear.
package struct KeyRecord: Hashable, Sendable {
  /// The most tags of one key.
  package static let mostTags = 50
  /// The most aliases of one key.
  package static let mostAliases = 50

  package let id: KeyID
  package let home: Keyring
  /// Its identifier in its home keyring.
  package let identifier: String
  /// What policies call it; built by the door of its home keyring.
  package let resourceName: String
  package let spec: KeySpec
  package let usages: KeyUsages
  package let origin: KeyOrigin
  package let exportable: Bool
  package let createdAt: Instant

  package var state: KeyState
  /// Present exactly while a deletion is pending, unless it waits for others.
  package var deletionDate: Instant?
  /// How long it will wait once the keys are gone that follow it; present exactly while its deletion waits for them.
  package var deletionWindowDays: Int?
  package var description: String
  /// In the order of their keys, each key once.
  package var tags: [Tag]
  /// The key policy as it was received, byte for byte.
  package var policy: [UInt8]
  /// Who was meant by the names in it when it was written: users and roles of this server. Another who gets such a name later isn't
  /// let in by it. Names that were nobody's are names only.
  package var meant: [IdentityRecord.TrustedPrincipal]
  /// In the order in which they were made. Never empty.
  package var versions: [KeyVersion]
  /// Which version protects new data.
  package var current: VersionID
  /// Counts the changes: a change names the generation that it saw, and fails if another came first.
  package var generation: UInt64
  /// When the key gets new material by itself; nil when it doesn't.
  package var rotation: RotationSchedule?
  /// The keys of other Regions that have its material; nil for a key of one Region.
  package var family: KeyFamily?
  /// Imported material that waits for a rotation to make it current. It has protected nothing yet, and may still go again
  /// without a trace.
  package var pending: KeyVersion?
  /// What it is beyond a key; nil for a key of which nobody said more.
  package var object: ManagedObject?

  package init(
    id: KeyID, home: Keyring, identifier: String, resourceName: String, spec: KeySpec, usages: KeyUsages,
    origin: KeyOrigin, exportable: Bool, createdAt: Instant, state: KeyState, deletionDate: Instant?,
    description: String, tags: [Tag], policy: [UInt8], versions: [KeyVersion], current: VersionID,
    generation: UInt64, rotation: RotationSchedule? = nil, family: KeyFamily? = nil,
    deletionWindowDays: Int? = nil, pending: KeyVersion? = nil, object: ManagedObject? = nil,
    meant: [IdentityRecord.TrustedPrincipal] = []
  ) {
    self.meant = meant
    self.family = family
    self.deletionWindowDays = deletionWindowDays
    self.pending = pending
    self.object = object
    self.rotation = rotation
    self.id = id
    self.home = home
    self.identifier = identifier
    self.resourceName = resourceName
    self.spec = spec
    self.usages = usages
    self.origin = origin
    self.exportable = exportable
    self.createdAt = createdAt
    self.state = state
    self.deletionDate = deletionDate
    self.description = description
    self.tags = tags
    self.policy = policy
    self.versions = versions
    self.current = current
    self.generation = generation
  }

  /// See `KeySpec.purpose`: of what it may ever be used for, or of what it may be used for now; all of the former where there isn't one.
  package var purpose: KeyUsages { spec.purpose(for: usages) ?? spec.purpose(for: currentUses) ?? usages }

  package func version(_ id: VersionID) -> KeyVersion? { versions.first { $0.id == id } }

  /// Whether a device keeps the current material.
  package var isOnDevice: Bool { version(current)?.material?.isOnDevice ?? false }

  package func identity(of version: VersionID) -> VersionIdentity {
    VersionIdentity(
      key: materialKey, version: version, spec: spec, usages: usages, origin: origin, exportable: exportable)
  }
}

/// A movable name and the key that it stands for.
package struct AliasRecord: Hashable, Sendable {
  package let name: KeyName
  package var target: KeyID
  package let createdAt: Instant
  package var updatedAt: Instant

  package init(name: KeyName, target: KeyID, createdAt: Instant, updatedAt: Instant) {
    self.name = name
    self.target = target
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
