// What standards call kinds and algorithms, for sentences that people read whichever protocol they use.

extension KeySpec {
  package var standardName: String {
    switch self {
    case .aes256: "AES-256"
    case .hmac224: "HMAC-SHA-224"
    case .hmac256: "HMAC-SHA-256"
    case .hmac384: "HMAC-SHA-384"
    case .hmac512: "HMAC-SHA-512"
    case .rsa2048: "RSA-2048"
    case .rsa3072: "RSA-3072"
    case .rsa4096: "RSA-4096"
    case .p256: "P-256"
    case .p384: "P-384"
    case .p521: "P-521"
    case .secp256k1: "secp256k1"
    case .ed25519: "Ed25519"
    case .sm2: "SM2"
    case .mlDSA44: "ML-DSA-44"
    case .mlDSA65: "ML-DSA-65"
    case .mlDSA87: "ML-DSA-87"
    case .mlKEM512: "ML-KEM-512"
    case .mlKEM768: "ML-KEM-768"
    case .mlKEM1024: "ML-KEM-1024"
    case .aes128: "AES-128"
    case .aes192: "AES-192"
    case .tripleDES112: "Triple DES with two keys"
    case .tripleDES168: "Triple DES with three keys"
    case .blowfish: "Blowfish"
    case .chaCha20: "ChaCha20"
    case .hmacSHA1: "HMAC-SHA-1 with a key of any length"
    case .hmacSHA224: "HMAC-SHA-224 with a key of any length"
    case .hmacSHA256: "HMAC-SHA-256 with a key of any length"
    case .hmacSHA384: "HMAC-SHA-384 with a key of any length"
    case .hmacSHA512: "HMAC-SHA-512 with a key of any length"
    case .rsa1024: "RSA-1024"
    case .rsa1536: "RSA-1536"
    case .rsa8192: "RSA-8192"
    case .p192: "P-192"
    case .p224: "P-224"
    case .x25519: "X25519"
    case .x448: "X448"
    case .ed448: "Ed448"
    case .dsa: "DSA"
    case .dh: "Diffie-Hellman"
    case .bytes: "secret bytes"
    }
  }
}

extension SigningAlgorithm {
  package var standardName: String {
    switch self {
    case .rsaPSSSHA256: "RSASSA-PSS with SHA-256"
    case .rsaPSSSHA384: "RSASSA-PSS with SHA-384"
    case .rsaPSSSHA512: "RSASSA-PSS with SHA-512"
    case .rsaPKCS1SHA256: "RSASSA-PKCS1-v1_5 with SHA-256"
    case .rsaPKCS1SHA384: "RSASSA-PKCS1-v1_5 with SHA-384"
    case .rsaPKCS1SHA512: "RSASSA-PKCS1-v1_5 with SHA-512"
    case .ecdsaSHA256: "ECDSA with SHA-256"
    case .ecdsaSHA384: "ECDSA with SHA-384"
    case .ecdsaSHA512: "ECDSA with SHA-512"
    case .ed25519: "Ed25519"
    case .ed25519ph: "Ed25519ph"
    case .sm2DSA: "SM2 signatures"
    case .mlDSA: "ML-DSA"
    }
  }
}

extension EncryptionAlgorithm {
  package var standardName: String {
    switch self {
    case .rsaOAEPSHA1: "RSAES-OAEP with SHA-1"
    case .rsaOAEPSHA256: "RSAES-OAEP with SHA-256"
    case .sm2PKE: "SM2 encryption"
    }
  }
}
