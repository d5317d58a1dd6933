/// A key by which the server signs the tokens of its own authority. Its private half never leaves custody.
package struct TokenKey: Hashable, Sendable {
  /// Seconds that a key signs before the next one takes over: 30 days.
  package static let term: Int64 = 30 * 86_400
  /// Seconds before that in which the next one is made, so that whoever keeps the published keys has it in time.
  package static let lead: Int64 = 2 * 86_400
  /// Seconds that a token is good for.
  package static let tokenLife: Int64 = 3_599

  /// What tokens call it.
  package let id: GUID
  /// An RSA key of 2048 bits, PKCS#8, wrapped.
  package let material: WrappedKey
  /// SubjectPublicKeyInfo, DER.
  package let publicKey: [UInt8]
  package let createdAt: Instant
  /// It signs from then on.
  package let startsAt: Instant

  package init(id: GUID, material: WrappedKey, publicKey: [UInt8], createdAt: Instant, startsAt: Instant) {
    self.id = id
    self.material = material
    self.publicKey = publicKey
    self.createdAt = createdAt
    self.startsAt = startsAt
  }

  /// The next one signs from then on.
  package var endsAt: Instant { startsAt.advanced(seconds: TokenKey.term) }
  /// No token of it is good any more, also with a clock that is an hour behind.
  package var isForgottenAt: Instant { endsAt.advanced(seconds: TokenKey.tokenLife + 3_600) }
  package var nextIsDueAt: Instant { endsAt.advanced(seconds: -TokenKey.lead) }
}

extension TokenKey: CanonicallyEncoded {
  package func encode(into fields: inout CanonicalFields) {
    fields.add("token-key/1")
    fields.add(id.bits)
    // Not the wrapped bytes: they carry their own authentication.
    fields.add(publicKey)
    fields.add(createdAt)
    fields.add(startsAt)
  }
}
