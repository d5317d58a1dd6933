import KMSBytes

// The materials of a key whose owner brings them in. The first is the key's for good, and so is each that a rotation makes
// current; while one of those is missing, the key waits. Further material of a symmetric key waits in `pending` for its
// rotation, which is all that it changes by coming or going.
extension KeyRecord {
  /// Further material would have to come to each related key before the primary's rotation may make it current.
  package static let newMaterialForFamily = KMSError.unsupportedAlgorithm(
    "Further key material for a multi-Region key that has replicas is not supported by this server.")

  /// The versions, the oldest first, then what waits for a rotation.
  package var materials: [KeyVersion] { pending.map { versions + [$0] } ?? versions }

  /// Whether all material is there that is the key's for good.
  package var hasAllMaterial: Bool { versions.allSatisfy { $0.material != nil } }

  /// The first moment at which some material must be gone; nil while there is none.
  package var nextExpiry: Instant? {
    materials.filter { $0.material != nil }.compactMap(\.expiry).min()
  }

  /// Material whose time has come.
  package func expired(at now: Instant) -> [KeyVersion] {
    materials.filter { version in
      guard version.material != nil, let expiry = version.expiry else { return false }
      return expiry <= now
    }
  }

  /// Which version material with this fingerprint is of.
  /// - Parameter fresh: the id that it gets if it is of none yet.
  /// - Throws: `incorrectKeyMaterial` when it isn't what the terms say, or what the key can take: one key never has another
  ///   material in an old one's place, or what the old one protected would be lost. `otherMaterialPending`.
  package func version(
    for fingerprint: [UInt8], _ terms: ImportTerms, fresh: VersionID
  ) throws(KMSError) -> VersionID {
    if let claimed = terms.claimed, claimed != fingerprint { throw .incorrectKeyMaterial }
    let known = materials.first { $0.fingerprint == fingerprint }
    let isVirgin = versions.allSatisfy { $0.fingerprint == nil }
    switch terms.kind ?? (isVirgin && terms.claimed == nil ? .new : .existing) {
    case .existing:
      guard let known else { throw .incorrectKeyMaterial }
      return known.id
    case .new:
      guard known == nil else { throw .incorrectKeyMaterial }
      if isVirgin { return current }
      guard canRotate else { throw .incorrectKeyMaterial }
      guard family?.replicaRegions.isEmpty ?? true else { throw KeyRecord.newMaterialForFamily }
      if let other = pending {
        throw .otherMaterialPending(
          key: identifier, new: Hex.string(fingerprint), pending: other.materialName ?? "")
      }
      return fresh
    }
  }

  /// Puts material in the place that `version(for:_:fresh:)` found for it. The key leaves its waiting once nothing is missing.
  package mutating func adopt(
    _ made: NewMaterial, as version: VersionID, _ terms: ImportTerms, at now: Instant
  ) {
    if let index = versions.firstIndex(where: { $0.id == version }) {
      versions[index].fill(made, terms)
    } else {
      var waiting =
        pending ?? KeyVersion(id: version, state: .active, createdAt: now, material: nil, cause: .demand)
      waiting.fill(made, terms)
      pending = waiting
    }
    if hasAllMaterial, let next = state.after(.importMaterial) { state = next }
  }

  /// Takes material away. What waits is gone without a trace; what is the key's for good can come back, and until then the
  /// key waits.
  package mutating func removeMaterial(of version: VersionID) {
    if pending?.id == version { pending = nil }
    guard let index = versions.firstIndex(where: { $0.id == version && $0.material != nil }) else { return }
    versions[index].material = nil
    versions[index].publicKey = nil
    versions[index].expiry = nil
    waitForMissingMaterial()
  }

  /// Has a key that lacks material of its own wait for it, in the states that know such waiting.
  package mutating func waitForMissingMaterial() {
    guard origin == .imported, !hasAllMaterial, let next = state.after(.removeMaterial) else { return }
    state = next
  }

  /// Absent while nothing was imported in a way that needs it, so that codes of rows from before there were imports stay valid.
  func encodeImport(into fields: inout CanonicalFields) {
    if versions.contains(where: { $0.expiry != nil || $0.description != nil }) {
      fields.add("terms/1")
      for version in versions { version.encodeTerms(into: &fields) }
    }
    guard let pending else { return }
    fields.add("pending/1")
    fields.add(pending.id.bits)
    fields.add(UInt64(pending.state.rawValue))
    fields.add(pending.createdAt)
    pending.encodeContent(into: &fields)
    fields.add(UInt64(pending.cause.rawValue))
    pending.encodeTerms(into: &fields)
  }
}

extension KeyVersion {
  /// What imported material is called in public, 64 hex digits: its fingerprint, so that the same material has the same name
  /// whenever it comes. nil where no material ever was.
  package var materialName: String? { fingerprint.map { Hex.string($0) } }

  fileprivate mutating func fill(_ made: NewMaterial, _ terms: ImportTerms) {
    material = made.wrapped
    publicKey = made.publicKey
    fingerprint = made.fingerprint
    expiry = terms.expiry
    description = terms.description ?? description
  }

  fileprivate func encodeTerms(into fields: inout CanonicalFields) {
    fields.add(expiry)
    fields.add(description == nil ? 0 : 1)
    if let description { fields.add(description) }
  }
}
