import WireKMIP

/// Every operation that a client may ask for. One line each.
enum Catalogue {
  static let all: [any KMIPOperation.Type] = [
    QueryOperation.self, DiscoverVersionsOperation.self, InteropOperation.self,
    EncryptOperation.self, DecryptOperation.self, SignOperation.self, SignatureVerifyOperation.self,
    MACOperation.self, MACVerifyOperation.self, HashOperation.self, RNGRetrieveOperation.self,
    RNGSeedOperation.self, PKCS11Operation.self,
    CreateOperation.self, CreateKeyPairOperation.self, RegisterOperation.self, ImportOperation.self,
    GetOperation.self, ExportOperation.self, ReKeyOperation.self, ReKeyKeyPairOperation.self,
    DeriveKeyOperation.self, CreateSplitKeyOperation.self, JoinSplitKeyOperation.self,
  ]

  private static let byCode = Dictionary(uniqueKeysWithValues: all.map { ($0.code.rawValue, $0) })

  /// - Throws: `operationNotSupported` for what the server, or the client's version, doesn't have.
  static func operation(
    _ item: RequestMessage.Item, in version: KMIPVersion
  ) throws(KMIPFault) -> any KMIPOperation.Type {
    guard let found = byCode[item.code], KMIPRegistry.isKnown(found.code, in: version) else {
      throw KMIPFault(.operationNotSupported, "The operation isn't supported.")
    }
    return found
  }
}
