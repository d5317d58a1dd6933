package import KMSDomain

/// Where a key shall be made instead of in custody.
package struct KeyStorePlace: Sendable {
  package enum Material: Sendable {
    /// Made in a hardware cluster.
    case ofCluster
    /// A key that is there already, by the name that the proxy knows it by.
    case external(String)
  }

  package let store: KeyStoreReference
  package let material: Material

  package init(_ store: KeyStoreReference, material: Material) {
    self.store = store
    self.material = material
  }
}

extension CustomKeyStores {
  /// Why no key is made in that place: there always is a reason, as no store is ever connected yet.
  func refusal(of place: KeyStorePlace) -> KMSError {
    guard let record = find(place.store) else { return .customKeyStore(.notFound(place.store.asWritten)) }
    switch place.material {
    case .ofCluster: return .customKeyStore(.wrongType(record.id.text))
    case .external:
      do throws(KMSError) {
        try record.require(.connected)
      } catch {
        return error
      }
      return .custodyUnavailable
    }
  }
}
