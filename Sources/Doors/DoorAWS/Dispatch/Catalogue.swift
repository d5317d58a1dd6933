/// The operations of the API by their `X-Amz-Target`.
enum Catalogue {
  private static let prefix = "TrentService."

  static let all: [String: any AWSHandler] = table([
    CreateKeyOperation(), DescribeKeyOperation(), ListKeysOperation(),
    EnableKeyOperation(), DisableKeyOperation(), UpdateKeyDescriptionOperation(),
    ScheduleKeyDeletionOperation(), CancelKeyDeletionOperation(),
    CreateAliasOperation(), UpdateAliasOperation(), DeleteAliasOperation(),
    ListAliasesOperation(), TagResourceOperation(), UntagResourceOperation(),
    ListResourceTagsOperation(), GetKeyPolicyOperation(), PutKeyPolicyOperation(),
    ListKeyPoliciesOperation(), GetKeyRotationStatusOperation(),
    CreateGrantOperation(), ListGrantsOperation(), ListRetirableGrantsOperation(),
    RetireGrantOperation(), RevokeGrantOperation(), GetKeyLastUsageOperation(),
    EnableKeyRotationOperation(), DisableKeyRotationOperation(),
    RotateKeyOnDemandOperation(), ListKeyRotationsOperation(),
    CreateCustomKeyStoreOperation(), DescribeCustomKeyStoresOperation(),
    UpdateCustomKeyStoreOperation(), DeleteCustomKeyStoreOperation(),
    ConnectCustomKeyStoreOperation(), DisconnectCustomKeyStoreOperation(),
    ReplicateKeyOperation(), UpdatePrimaryRegionOperation(),
    GetParametersForImportOperation(), ImportKeyMaterialOperation(),
    DeleteImportedKeyMaterialOperation(),
    EncryptOperation(), DecryptOperation(),
    ReEncryptOperation(), GenerateDataKeyOperation(),
    GenerateDataKeyWithoutPlaintextOperation(), GenerateRandomOperation(),
    GenerateDataKeyPairOperation(), GenerateDataKeyPairWithoutPlaintextOperation(),
    SignOperation(), VerifyOperation(), GenerateMacOperation(), VerifyMacOperation(), GetPublicKeyOperation(),
    DeriveSharedSecretOperation(), EncapsulateOperation(), DecapsulateOperation(),
  ])

  /// What the fast lane takes: quick, and answered from warm caches.
  static let hot: [String: any AWSHandler] = table([
    EncryptOperation(), DecryptOperation(), ReEncryptOperation(),
    GenerateDataKeyOperation(), GenerateDataKeyWithoutPlaintextOperation(),
    GenerateRandomOperation(), DescribeKeyOperation(), SignOperation(), VerifyOperation(),
    GenerateMacOperation(), VerifyMacOperation(), GetPublicKeyOperation(), DeriveSharedSecretOperation(),
    EncapsulateOperation(), DecapsulateOperation(),
  ])

  private static func table(_ handlers: [any AWSHandler]) -> [String: any AWSHandler] {
    Dictionary(handlers.map { (prefix + $0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
