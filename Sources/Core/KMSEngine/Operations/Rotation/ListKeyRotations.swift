package import KMSDomain

/// The materials that rotations made, the oldest first.
package struct ListKeyRotations: KeyQuery {
  package typealias Prepared = ProtectedKey

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let page: Page<KeyVersion>
  }

  package let key: KeyReference
  /// The first material belongs to the list too, and what waits for a rotation.
  package let includingAll: Bool
  /// How many versions of the key earlier pages have dealt with.
  private let seen: Int
  package let limit: Int

  /// - Throws: `invalidMarker`.
  package init(
    _ key: KeyReference, includingAll: Bool, marker: String?, limit: Int
  ) throws(KMSError) {
    self.key = key
    self.includingAll = includingAll
    self.limit = limit
    guard let marker else {
      seen = 0
      return
    }
    guard let count = Int(marker), count > 0 else { throw .invalidMarker }
    seen = count
  }

  package let operation = "ListKeyRotations"
  package let action = Action.listKeyRotations

  package func answer(_ key: ProtectedKey) -> Answer {
    // Versions are only ever added, so positions are as good as names.
    let listed = key.record.materials.enumerated().dropFirst(seen)
      .filter { isListed($0.element, of: key.record) }
    let page = Page(reading: Array(listed.prefix(limit + 1)), limit: limit) { String($0.offset + 1) }
    return Answer(key: key, page: Page(items: page.items.map(\.element), next: page.next))
  }

  private func isListed(_ version: KeyVersion, of key: KeyRecord) -> Bool {
    // Before the first import there is no material to speak of.
    guard key.origin == .generated || version.fingerprint != nil else { return false }
    return includingAll || (version.cause != .creation && version.id != key.pending?.id)
  }
}
