import KMSDomain
import KMSEngine

/// The members of CreateKey that put a key into a custom key store.
struct KeyStorePlacement {
  let origin: String
  let store: String?
  let externalKey: String?

  init(_ input: inout Input, origin: String) throws(AWSError) {
    self.origin = origin
    store = try input.text("CustomKeyStoreId", .customKeyStoreID)
    externalKey = try input.text("XksKeyId", .xksKeyID)
  }

  /// - Returns: nil for a key whose material this server keeps.
  /// - Throws: `ValidationException` where origin, store and external key don't go together;
  ///   `UnsupportedOperationException` for keys that no custom key store takes.
  func place(
    in keyring: Keyring, spec: String, isMultiRegion: Bool
  ) throws(AWSError) -> KeyStorePlace? {
    let material = try material()
    guard let material else { return nil }
    guard let store else { throw .validation("CustomKeyStoreId is required with Origin \(origin).") }
    guard spec == "SYMMETRIC_DEFAULT", !isMultiRegion else {
      throw .unsupported("A key in a custom key store must be a symmetric encryption key of a single Region.")
    }
    return KeyStorePlace(KeyStoreReference(store, in: keyring), material: material)
  }

  private func material() throws(AWSError) -> KeyStorePlace.Material? {
    switch origin {
    case "EXTERNAL_KEY_STORE":
      guard let externalKey else { throw .validation("XksKeyId is required with Origin \(origin).") }
      return .external(externalKey)
    case "AWS_CLOUDHSM":
      guard externalKey == nil else { throw .validation("XksKeyId is not valid with Origin \(origin).") }
      return .ofCluster
    default:
      guard store == nil, externalKey == nil else {
        throw .validation("CustomKeyStoreId and XksKeyId are not valid with Origin \(origin).")
      }
      return nil
    }
  }
}
