import KMSDomain

/// Nothing is believed of a stored grant until its code is checked.
extension Desk {
  func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>? {
    guard let stored = try await store.grant(id, of: key) else { return nil }
    let grant = try unsealGrant(stored, of: key)
    guard grant.id == id else { throw .corrupt(.grant) }
    return stored
  }

  /// The grant that the same terms have made before, if they have a name.
  func grant(alike terms: GrantTerms, of key: KeyID) async throws(KMSError) -> GrantRecord? {
    guard let likeness = likeness(of: terms, key) else { return nil }
    guard let stored = try await store.grant(alike: likeness, of: key) else { return nil }
    let grant = try unsealGrant(stored, of: key)
    guard grant.terms == terms else { throw .corrupt(.grant) }
    return grant
  }

  func unsealGrant(_ stored: Authenticated<GrantRecord>, of key: KeyID) throws(KMSError) -> GrantRecord {
    let grant = try unseal(stored, .grant)
    guard grant.key == key else { throw .corrupt(.grant) }
    return grant
  }

  /// See `StoreChange.createGrant`; nil for terms without a name, each of which makes a grant of its own.
  func likeness(of terms: GrantTerms, _ key: KeyID) -> [UInt8]? {
    guard !terms.name.isEmpty else { return nil }
    var fields = CanonicalFields()
    fields.add("grant-likeness/1")
    fields.add(key.bits)
    terms.encode(into: &fields)
    return authenticator.code(for: fields.bytes)
  }
}

extension GrantID {
  /// - Throws: `invalidMarker` for what no list gave out.
  init?(marker: String?) throws(KMSError) {
    guard let marker else { return nil }
    guard let id = GrantID(marker) else { throw .invalidMarker }
    self = id
  }
}
