/// A key that somebody wants to be there whenever a development server starts: with fixed names, and inside with fixed ids
/// and material too, so that what one server has encrypted another opens.
package struct KeySeed: Sendable {
  /// Its name in every keyring where it is.
  package let identifier: String
  package let spec: KeySpec
  package let usages: KeyUsages
  package let origin: KeyOrigin
  package let isMultiRegion: Bool
  /// Days between two rotations; nil for none.
  package let rotationDays: Int?
  /// The oldest first, the one that protects last. Never empty.
  package let materials: [Material]
  /// Where it begins; its material has the id of this key for ever.
  package let primary: Place
  /// Where further keys have its material; none unless it is a multi-Region key.
  package let replicas: [Place]

  package init(
    identifier: String, spec: KeySpec, usages: KeyUsages, origin: KeyOrigin, isMultiRegion: Bool,
    rotationDays: Int?, materials: [Material], primary: Place, replicas: [Place]
  ) {
    self.identifier = identifier
    self.spec = spec
    self.usages = usages
    self.origin = origin
    self.isMultiRegion = isMultiRegion
    self.rotationDays = rotationDays
    self.materials = materials
    self.primary = primary
    self.replicas = replicas
  }

  package var places: [Place] { [primary] + replicas }

  package struct Material: Sendable {
    package let version: VersionID
    /// The bytes of a symmetric key, PKCS#8 (DER) of a key pair; read once. nil: custody makes it, or its owner will bring it.
    package let brought: Payload?

    package init(version: VersionID, brought: Payload?) {
      self.version = version
      self.brought = brought
    }
  }

  /// The key in one Region. Everything but the two ids can be changed later, and then counts no more.
  package struct Place: Sendable {
    package let id: KeyID
    package let home: Keyring
    package let description: String
    /// Each key once.
    package let tags: [Tag]
    /// nil: the account's default.
    package let policy: [UInt8]?
    /// Each once.
    package let aliases: [String]
    package let isEnabled: Bool

    package init(
      id: KeyID, home: Keyring, description: String, tags: [Tag], policy: [UInt8]?, aliases: [String],
      isEnabled: Bool
    ) {
      self.id = id
      self.home = home
      self.description = description
      self.tags = tags
      self.policy = policy
      self.aliases = aliases
      self.isEnabled = isEnabled
    }

    package var aliasNames: [KeyName] { aliases.map { KeyName(.alias, $0, in: home) } }
  }
}

extension KeySeed {
  /// All its keys have one material, which is bound to the first of them.
  package func identity(of version: VersionID) -> VersionIdentity {
    VersionIdentity(
      key: primary.id, version: version, spec: spec, usages: usages, origin: origin, exportable: false)
  }

  /// - Throws: `seedContradiction` when the key that has the name is another than this one.
  package func check(_ found: KeyRecord, at place: Place) throws(KMSError) {
    guard found.id == place.id, found.materialKey == primary.id else { throw .seedContradiction(.identity) }
    guard found.spec == spec else { throw .seedContradiction(.spec) }
    guard found.usages == usages else { throw .seedContradiction(.usages) }
    guard found.origin == origin else { throw .seedContradiction(.origin) }
  }
}

/// In what an entry of a seed is another thing than what is there under its name.
package enum SeedContradiction: String, CaseIterable, Sendable {
  /// The key was not made from such an entry: made by a client, or with another primary Region.
  case identity
  case spec
  case usages
  case origin
  case material
  /// The access key is of another account.
  case accessKeyOwner
  case accessKeySecret
}
