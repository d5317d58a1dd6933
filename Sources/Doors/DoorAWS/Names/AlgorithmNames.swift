import KMSDomain

// What AWS calls the algorithms, in requests, answers, policies and messages.

extension EncryptionAlgorithm {
  var awsName: String {
    switch self {
    case .rsaOAEPSHA1: "RSAES_OAEP_SHA_1"
    case .rsaOAEPSHA256: "RSAES_OAEP_SHA_256"
    case .sm2PKE: "SM2PKE"
    }
  }
}

extension EncryptionAlgorithm {
  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.awsName, $0) })
}

extension EncryptionAlgorithm? {
  /// nil is symmetric encryption.
  var awsName: String { self?.awsName ?? "SYMMETRIC_DEFAULT" }
}

extension SigningAlgorithm {
  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.awsName, $0) })

  var awsName: String {
    switch self {
    case .rsaPSSSHA256: "RSASSA_PSS_SHA_256"
    case .rsaPSSSHA384: "RSASSA_PSS_SHA_384"
    case .rsaPSSSHA512: "RSASSA_PSS_SHA_512"
    case .rsaPKCS1SHA256: "RSASSA_PKCS1_V1_5_SHA_256"
    case .rsaPKCS1SHA384: "RSASSA_PKCS1_V1_5_SHA_384"
    case .rsaPKCS1SHA512: "RSASSA_PKCS1_V1_5_SHA_512"
    case .ecdsaSHA256: "ECDSA_SHA_256"
    case .ecdsaSHA384: "ECDSA_SHA_384"
    case .ecdsaSHA512: "ECDSA_SHA_512"
    case .ed25519: "ED25519_SHA_512"
    case .ed25519ph: "ED25519_PH_SHA_512"
    case .sm2DSA: "SM2DSA"
    case .mlDSA: "ML_DSA_SHAKE_256"
    }
  }
}

extension MACAlgorithm {
  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.awsName, $0) })

  var awsName: String {
    switch self {
    case .hmacSHA224: "HMAC_SHA_224"
    case .hmacSHA256: "HMAC_SHA_256"
    case .hmacSHA384: "HMAC_SHA_384"
    case .hmacSHA512: "HMAC_SHA_512"
    }
  }
}

extension ImportAlgorithm {
  var awsName: String {
    switch self {
    case .rsaOAEPSHA1: "RSAES_OAEP_SHA_1"
    case .rsaOAEPSHA256: "RSAES_OAEP_SHA_256"
    case .rsaAESKeyWrapSHA1: "RSA_AES_KEY_WRAP_SHA_1"
    case .rsaAESKeyWrapSHA256: "RSA_AES_KEY_WRAP_SHA_256"
    case .sm2PKE: "SM2PKE"
    }
  }
}

extension MessageForm {
  static let byName = Dictionary(
    uniqueKeysWithValues: allCases.map { (AWSVocabulary().name(of: $0), $0) })
}
