import KMSDomain

/// Nothing is believed of a stored grant until its code is checked.
extension Desk {
  func grant(_ id: GrantID, of key: KeyID) async throws(KMSError) -> Authenticated<GrantRecord>? {
    guard let stored = try await store.grant(id, of: key) else { return nil }
    let grant = try unsealGrant(stored, of: key)
    guard grant.id == id else { throw .corrupt(.grant) }
    return stored
  }

  /// Whom a grant's names mean now.
  func meant(by terms: GrantTerms) async throws(KMSError) -> GrantRecord.Meant {
    var retiring: IdentityID?
    if let name = terms.retiring { retiring = try await identity(meantBy: name) }
    return GrantRecord.Meant(grantee: try await identity(meantBy: terms.grantee), retiring: retiring)
  }

  /// The grant that the same terms have made before, meaning the same principals, if they have a name.
  func grant(
    alike terms: GrantTerms, _ meant: GrantRecord.Meant, of key: KeyID
  ) async throws(KMSError) -> GrantRecord? {
    guard let likeness = likeness(of: terms, meant, key) else { return nil }
    guard let stored = try await store.grant(alike: likeness, of: key) else { return nil }
    let grant = try unsealGrant(stored, of: key)
    guard grant.terms == terms, grant.meant == meant else { throw .corrupt(.grant) }
    return grant
  }

  func unsealGrant(_ stored: Authenticated<GrantRecord>, of key: KeyID) throws(KMSError) -> GrantRecord {
    let grant = try unseal(stored, .grant)
    guard grant.key == key else { throw .corrupt(.grant) }
    return grant
  }

  /// All that the key has for the caller. Those who ask for the same at once share a read.
  func grants(
    of key: KeyID, on shelf: GrantShelf, for caller: Caller
  ) async throws(KMSError) -> [GrantRecord] {
    let holder = GrantShelf.Holder(caller)
    if let warm = shelf.grants(for: holder) { return warm }
    let names = caller.granteeNames(root: caller.account.map(vocabulary.rootPrincipal))
    return try await grantFlights.run(GrantFlight(shelf: ObjectIdentifier(shelf), holder: holder)) {
      do throws(KMSError) {
        let grants = try await self.readGrants(of: key, to: names)
        shelf.keep(grants, for: holder)
        return .success(grants)
      } catch {
        return .failure(error)
      }
    }
  }

  private func readGrants(of key: KeyID, to names: [String]) async throws(KMSError) -> [GrantRecord] {
    var grants: [GrantRecord] = []
    for name in names {
      var last: GrantID?
      repeat {
        let page = try await store.grants(of: key, to: name, after: last, limit: Desk.grantsAtOnce)
        for stored in page {
          let grant = try unsealGrant(stored, of: key)
          guard grant.terms.grantee == name else { throw .corrupt(.grant) }
          grants.append(grant)
        }
        last = page.count < Desk.grantsAtOnce ? nil : page.last?.record.id
      } while last != nil
    }
    return grants
  }

  private static let grantsAtOnce = 1000

  /// See `StoreChange.createGrant`; nil for terms without a name, each of which makes a grant of its own.
  func likeness(of terms: GrantTerms, _ meant: GrantRecord.Meant, _ key: KeyID) -> [UInt8]? {
    guard !terms.name.isEmpty else { return nil }
    var fields = CanonicalFields()
    fields.add("grant-likeness/1")
    fields.add(key.bits)
    terms.encode(into: &fields)
    meant.encode(into: &fields)
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

/// A read of grants: shelves that are told apart are of different states of the key. Whoever reads holds the shelf.
struct GrantFlight: Hashable, Sendable {
  let shelf: ObjectIdentifier
  let holder: GrantShelf.Holder
}
