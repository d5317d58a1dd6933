import KMSDomain

/// The constraints of the service model (API version 2014-11-01) for the operations that are here.
extension TextRule {
  static let keyID = TextRule(1...2048)
  static let aliasName = TextRule(1...256, .aliasName)
  static let description = TextRule(0...8192)
  static let policy = TextRule(1...131_072, .policy)
  static let policyName = TextRule(1...128, .word)
  static let marker = TextRule(1...1024, .latin)
  static let grantToken = TextRule(1...8192)
  static let grantID = TextRule(1...128)
  static let grantName = TextRule(1...256, .aliasName)
  static let principal = TextRule(1...256, .principal)
  static let grantOperation = TextRule(0...Int.max, .oneOf(GrantOperation.allCases.map(\.awsName)))
  static let tagKey = TextRule(1...128)
  static let tagValue = TextRule(0...256)
  static let region = TextRule(1...32, .region)
  static let customKeyStoreID = TextRule(1...64)
  static let xksKeyID = TextRule(1...128, .customID)

  static let keyUsage = TextRule(
    0...Int.max,
    .oneOf([
      "SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE",
    ]))
  static let keySpec = TextRule(
    0...Int.max,
    .oneOf([
      "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
      "ECC_SECG_P256K1",
      "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2", "ML_DSA_44", "ML_DSA_65",
      "ML_DSA_87", "ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024",
    ]))
  static let customerMasterKeySpec = TextRule(
    0...Int.max,
    .oneOf([
      "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
      "ECC_SECG_P256K1",
      "SYMMETRIC_DEFAULT", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "SM2",
    ]))
  static let origin = TextRule(
    0...Int.max, .oneOf(["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]))
  static let encryptionAlgorithm = TextRule(
    0...Int.max, .oneOf(["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"]))
  static let signingAlgorithm = TextRule(
    0...Int.max, .oneOf(SigningAlgorithm.allCases.map(\.awsName)))
  static let macAlgorithm = TextRule(0...Int.max, .oneOf(MACAlgorithm.allCases.map(\.awsName)))
  static let messageType = TextRule(0...Int.max, .oneOf(["RAW", "DIGEST", "EXTERNAL_MU"]))
  static let keyAgreementAlgorithm = TextRule(0...Int.max, .oneOf(["ECDH"]))
  static let encapsulationAlgorithm = TextRule(0...Int.max, .oneOf(["ML_KEM"]))
  static let dataKeySpec = TextRule(0...Int.max, .oneOf(["AES_256", "AES_128"]))
  static let dataKeyPairSpec = TextRule(
    0...Int.max,
    .oneOf([
      "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521",
      "ECC_SECG_P256K1", "SM2", "ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024",
    ]))
  static let keyEncryptionAlgorithm = TextRule(0...Int.max, .oneOf(["RSAES_OAEP_SHA_256"]))
  static let includeKeyMaterial = TextRule(0...Int.max, .oneOf(["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"]))
  static let wrappingAlgorithm = TextRule(
    0...Int.max,
    .oneOf([
      "RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1",
      "RSA_AES_KEY_WRAP_SHA_256", "SM2PKE",
    ]))
  static let wrappingKeySpec = TextRule(0...Int.max, .oneOf(["RSA_2048", "RSA_3072", "RSA_4096", "SM2"]))
  static let expirationModel = TextRule(
    0...Int.max, .oneOf(["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"]))
  static let importType = TextRule(0...Int.max, .oneOf(["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"]))
  static let keyMaterialDescription = TextRule(0...256, .materialDescription)
  static let keyMaterialID = TextRule(64...64, .lowerHex)
  static let dryRunModifier = TextRule(0...Int.max, .oneOf(["IGNORE_CIPHERTEXT"]))
  static let resourceOwner = TextRule(0...Int.max, .oneOf(["SELF", "OTHER_ACCOUNTS_VIA_RAM"]))
}

/// The model's bounds of numbers, lists and bytes.
enum ModelRange {
  static let limit = 1...1000
  /// The service model says 1 to 365; the documentation, and AWS, insist on this.
  static let documentedPendingWindow = 7...30
  static let rotationPeriod = 90...2560
  static let numberOfBytes = 1...1024
  static let plaintext = 1...4096
  static let ciphertext = 1...6144
  static let publicKey = 1...8192
  static let grantTokens = 0...10
  /// No bounds.
  static let dryRunModifiers = 0...Int.max
  static let attestationDocument = 1...262_144
  static let resourceOwners = 1...2
}
