import WireKMIP

/// Every operation that a client may ask for. One line each.
enum Catalogue {
  static let all: [any KMIPOperation.Type] = [
    QueryOperation.self, DiscoverVersionsOperation.self, InteropOperation.self, PingOperation.self,
    LogOperation.self, PollOperation.self, CancelOperation.self, ProcessOperation.self,
    QueryAsynchronousRequestsOperation.self, LoginOperation.self, LogoutOperation.self,
    DelegatedLoginOperation.self, SetDefaultsOperation.self, SetConstraintsOperation.self,
    GetConstraintsOperation.self, SetEndpointRoleOperation.self,
    LocateOperation.self, CheckOperation.self, GetAttributesOperation.self, GetAttributeListOperation.self,
    AddAttributeOperation.self, ModifyAttributeOperation.self, DeleteAttributeOperation.self,
    SetAttributeOperation.self, AdjustAttributeOperation.self,
    ActivateOperation.self, RevokeOperation.self, DestroyOperation.self, ArchiveOperation.self,
    RecoverOperation.self, ObtainLeaseOperation.self, GetUsageAllocationOperation.self,
    EncryptOperation.self, DecryptOperation.self, SignOperation.self, SignatureVerifyOperation.self,
    MACOperation.self, MACVerifyOperation.self, HashOperation.self, RNGRetrieveOperation.self,
    RNGSeedOperation.self, PKCS11Operation.self,
    CreateOperation.self, CreateKeyPairOperation.self, RegisterOperation.self, ImportOperation.self,
    GetOperation.self, ExportOperation.self, ReKeyOperation.self, ReKeyKeyPairOperation.self,
    DeriveKeyOperation.self, CreateSplitKeyOperation.self, JoinSplitKeyOperation.self,
    CertifyOperation.self, ReCertifyOperation.self, ValidateOperation.self, ReProvisionOperation.self,
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

  /// The operations of the short way.
  static func hot(_ operation: KMIP.Operation) -> (any HotOperation.Type)? {
    switch operation {
    case .get: GetOperation.self
    case .encrypt: EncryptOperation.self
    case .decrypt: DecryptOperation.self
    case .sign: SignOperation.self
    case .signatureVerify: SignatureVerifyOperation.self
    case .mac: MACOperation.self
    case .macVerify: MACVerifyOperation.self
    case .hash: HashOperation.self
    case .rngRetrieve: RNGRetrieveOperation.self
    default: nil
    }
  }
}
