import COpenSSL
import KMSDomain

// The domain's kinds and algorithms in the words of the C side.

extension KeySpec {
  /// nil for symmetric keys.
  var kind: kms_kind? {
    switch self {
    case .aes256, .hmac224, .hmac256, .hmac384, .hmac512: nil
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      nil
    case .rsa1024: KMS_RSA_1024
    case .rsa1536: KMS_RSA_1536
    case .rsa8192: KMS_RSA_8192
    case .p192: KMS_P192
    case .p224: KMS_P224
    case .ed448: KMS_ED448
    case .x25519: KMS_X25519
    case .x448: KMS_X448
    case .dsa: KMS_DSA
    case .dh: KMS_DH
    case .rsa2048: KMS_RSA_2048
    case .rsa3072: KMS_RSA_3072
    case .rsa4096: KMS_RSA_4096
    case .p256: KMS_P256
    case .p384: KMS_P384
    case .p521: KMS_P521
    case .secp256k1: KMS_SECP256K1
    case .ed25519: KMS_ED25519
    case .sm2: KMS_SM2
    case .mlDSA44: KMS_ML_DSA_44
    case .mlDSA65: KMS_ML_DSA_65
    case .mlDSA87: KMS_ML_DSA_87
    case .mlKEM512: KMS_ML_KEM_512
    case .mlKEM768: KMS_ML_KEM_768
    case .mlKEM1024: KMS_ML_KEM_1024
    }
  }

  /// Whether this libcrypto can make and use such keys.
  var isInLibrary: Bool { kind.map { kms_kind_available($0) == 1 } ?? true }
}

extension SigningAlgorithm {
  var signature: kms_signature {
    switch self {
    case .rsaPSSSHA256: KMS_PSS_SHA256
    case .rsaPSSSHA384: KMS_PSS_SHA384
    case .rsaPSSSHA512: KMS_PSS_SHA512
    case .rsaPKCS1SHA256: KMS_PKCS1_SHA256
    case .rsaPKCS1SHA384: KMS_PKCS1_SHA384
    case .rsaPKCS1SHA512: KMS_PKCS1_SHA512
    case .ecdsaSHA256: KMS_ECDSA_SHA256
    case .ecdsaSHA384: KMS_ECDSA_SHA384
    case .ecdsaSHA512: KMS_ECDSA_SHA512
    case .ed25519: KMS_EDDSA
    case .ed25519ph: KMS_EDDSA_PH
    case .sm2DSA: KMS_SM2DSA
    case .mlDSA: KMS_ML_DSA
    }
  }

  var isInLibrary: Bool {
    switch self {
    case .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512, .rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512,
      .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .ed25519:
      true
    case .ed25519ph: kms_eddsa_ph_available() == 1
    case .sm2DSA: KeySpec.sm2.isInLibrary
    case .mlDSA: KeySpec.mlDSA65.isInLibrary
    }
  }
}

extension MessageForm {
  var form: kms_form {
    switch self {
    case .raw: KMS_RAW
    case .digest: KMS_DIGEST
    case .externalMu: KMS_EXTERNAL_MU
    }
  }
}

extension EncryptionAlgorithm {
  var cipher: kms_cipher {
    switch self {
    case .rsaOAEPSHA1: KMS_OAEP_SHA1
    case .rsaOAEPSHA256: KMS_OAEP_SHA256
    case .sm2PKE: KMS_SM2PKE
    }
  }
}

extension MACAlgorithm {
  var hash: kms_hash {
    switch self {
    case .hmacSHA224: KMS_SHA224
    case .hmacSHA256: KMS_SHA256
    case .hmacSHA384: KMS_SHA384
    case .hmacSHA512: KMS_SHA512
    }
  }

  /// Bytes of a code.
  var length: Int {
    switch self {
    case .hmacSHA224: 28
    case .hmacSHA256: 32
    case .hmacSHA384: 48
    case .hmacSHA512: 64
    }
  }
}
