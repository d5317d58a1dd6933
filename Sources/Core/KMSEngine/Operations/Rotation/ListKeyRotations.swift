package import KMSDomain

/// The versions that rotations made, the oldest first.
package struct ListKeyRotations: KeyQuery {
  package typealias Prepared = ProtectedKey

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let page: Page<KeyVersion>
  }

  package let key: KeyReference
  /// The version that the key was made with belongs to the list too.
  package let includingFirst: Bool
  /// How many versions of the key earlier pages have dealt with.
  private let seen: Int
  package let limit: Int

  /// - Throws: `invalidMarker`.
  package init(
    _ key: KeyReference, includingFirst: Bool, marker: String?, limit: Int
  ) throws(KMSError) {
    self.key = key
    self.includingFirst = includingFirst
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
    let listed = key.record.versions.enumerated().dropFirst(seen)
      .filter { includingFirst || $0.element.cause != .creation }
    let page = Page(reading: Array(listed.prefix(limit + 1)), limit: limit) { String($0.offset + 1) }
    return Answer(key: key, page: Page(items: page.items.map(\.element), next: page.next))
  }
}
