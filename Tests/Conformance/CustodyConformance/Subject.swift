package import KMSDomain

/// A key with one version in some custody, and the calls that checks make on it with the right permits.
package struct Subject: Sendable {
  package let custody: any Custody
  package let identity: VersionIdentity
  package let wrapped: WrappedKey
  package let publicKey: [UInt8]?
  package let live: any LiveKey

  package init(
    in custody: any Custody, key: UInt64 = 1, version: UInt64 = 1, _ spec: KeySpec = .aes256,
    usages: KeyUsages? = nil, exportable: Bool = false, at site: MaterialSite = .usual
  ) throws {
    self.custody = custody
    identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xaaaa, low: key)), version: VersionID(Bits128(high: 0xbbbb, low: version)),
      spec: spec, usages: usages ?? Subject.usages(of: spec), origin: .generated, exportable: exportable)
    let permit = try Permits.permit(.createKey, key: identity.key, version: identity.version)
    let made =
      spec.usages.isEmpty || site != .usual
      ? try custody.generate(identity, length: spec.hasAnyLength ? 32 : nil, at: site, permit: permit)
      : try custody.generate(identity, permit: permit)
    wrapped = made.wrapped
    publicKey = made.publicKey
    live = try custody.open(wrapped, as: identity)
  }

  /// A key for explicit parameters, with all usages, whose material may not leave.
  init(explicitly spec: KeySpec, in custody: any Custody, key: UInt64) throws {
    self.custody = custody
    identity = VersionIdentity(
      key: KeyID(Bits128(high: 0xaaaa, low: key)), version: VersionID(Bits128(high: 0xbbbb, low: 1)),
      spec: spec, usages: spec.explicitUsages, origin: .generated, exportable: false)
    let permit = try Permits.permit(.createKey, key: identity.key, version: identity.version)
    let made = try custody.generate(identity, length: spec.hasAnyLength ? 64 : nil, permit: permit)
    wrapped = made.wrapped
    publicKey = made.publicKey
    live = try custody.open(wrapped, as: identity)
  }

  /// All that can be done with such a key in some custody.
  private static func usages(of spec: KeySpec) -> KeyUsages {
    spec == .sm2 ? [.sign, .verify, .encrypt, .decrypt] : spec.usages
  }

  /// The public half alone.
  package func publicHalf() throws -> any LiveKey {
    guard let publicKey else { throw ConformanceFailure("no public key") }
    return try custody.openPublic(publicKey, as: identity)
  }

  package func permit(_ action: Action) throws -> Permit {
    try Permits.permit(action, key: identity.key, version: identity.version)
  }

  package func encrypt(_ text: [UInt8], _ context: EncryptionContext = .empty) throws -> [UInt8] {
    try custody.encrypt(.test(text), context: context, with: live, permit: permit(.encrypt))
  }

  package func decrypt(_ ciphertext: [UInt8], _ context: EncryptionContext = .empty) throws -> [UInt8] {
    try custody.decrypt(ciphertext, context: context, with: live, permit: permit(.decrypt)).testBytes()
  }
}

extension EncryptionContext {
  /// A context of a test, whose names are distinct.
  package static func test(_ pairs: KeyValuePairs<String, String>) throws -> EncryptionContext {
    let context = EncryptionContext(pairs.map { Pair(name: $0.key, value: $0.value) })
    guard let context else { throw ConformanceFailure("a name occurs twice") }
    return context
  }
}
