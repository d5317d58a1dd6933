// swift-format-ignore-file: AlwaysUseLowerCamelCase
// Numbers that stand next to each other in a name need something between them.

extension KMIP {
  /// What a key is used with (KMIP 2.1 section 11.12).
  package enum CryptographicAlgorithm: UInt32, KMIPEnumeration {
    case des = 0x1
    case des3 = 0x2
    case aes = 0x3
    case rsa = 0x4
    case dsa = 0x5
    case ecdsa = 0x6
    case hmacSHA1 = 0x7
    case hmacSHA224 = 0x8
    case hmacSHA256 = 0x9
    case hmacSHA384 = 0xA
    case hmacSHA512 = 0xB
    case hmacMD5 = 0xC
    case dh = 0xD
    case ecdh = 0xE
    case ecmqv = 0xF
    case blowfish = 0x10
    case camellia = 0x11
    case cast5 = 0x12
    case idea = 0x13
    case mars = 0x14
    case rc2 = 0x15
    case rc4 = 0x16
    case rc5 = 0x17
    case skipjack = 0x18
    case twofish = 0x19
    case ec = 0x1A
    case oneTimePad = 0x1B
    case chaCha20 = 0x1C
    case poly1305 = 0x1D
    case chaCha20Poly1305 = 0x1E
    case sha3_224 = 0x1F
    case sha3_256 = 0x20
    case sha3_384 = 0x21
    case sha3_512 = 0x22
    case hmacSHA3_224 = 0x23
    case hmacSHA3_256 = 0x24
    case hmacSHA3_384 = 0x25
    case hmacSHA3_512 = 0x26
    case shake128 = 0x27
    case shake256 = 0x28
    case aria = 0x29
    case seed = 0x2A
    case sm2 = 0x2B
    case sm3 = 0x2C
    case sm4 = 0x2D
    case gostR34_10_2012 = 0x2E
    case gostR34_11_2012 = 0x2F
    case gostR34_13_2015 = 0x30
    case gost28147_89 = 0x31
    case xmss = 0x32
    case sphincs256 = 0x33
    case mcEliece = 0x34
    case mcEliece6960119 = 0x35
    case mcEliece8192128 = 0x36
    case ed25519 = 0x37
    case ed448 = 0x38

    package static let tag = KMIPTag.cryptographicAlgorithm
  }

  /// How a block cipher is used (KMIP 2.1 section 11.6).
  package enum BlockCipherMode: UInt32, KMIPEnumeration {
    case cbc = 0x1
    case ecb = 0x2
    case pcbc = 0x3
    case cfb = 0x4
    case ofb = 0x5
    case ctr = 0x6
    case cmac = 0x7
    case ccm = 0x8
    case gcm = 0x9
    case cbcMAC = 0xA
    case xts = 0xB
    case aesKeyWrapPadding = 0xC
    case nistKeyWrap = 0xD
    case x9_102AESKW = 0xE
    case x9_102TDKW = 0xF
    case x9_102AKW1 = 0x10
    case x9_102AKW2 = 0x11
    case aead = 0x12

    package static let tag = KMIPTag.blockCipherMode
  }

  /// How data are filled up (KMIP 2.1 section 11.37).
  package enum PaddingMethod: UInt32, KMIPEnumeration {
    case noPadding = 0x1
    case oaep = 0x2
    case pkcs5 = 0x3
    case ssl3 = 0x4
    case zeros = 0x5
    case ansiX9_23 = 0x6
    case iso10126 = 0x7
    case pkcs1V1_5 = 0x8
    case x9_31 = 0x9
    case pss = 0xA

    package static let tag = KMIPTag.paddingMethod
  }

  /// Hash functions (KMIP 2.1 section 11.21).
  package enum HashingAlgorithm: UInt32, KMIPEnumeration {
    case md2 = 0x1
    case md4 = 0x2
    case md5 = 0x3
    case sha1 = 0x4
    case sha224 = 0x5
    case sha256 = 0x6
    case sha384 = 0x7
    case sha512 = 0x8
    case ripemd160 = 0x9
    case tiger = 0xA
    case whirlpool = 0xB
    case sha512_224 = 0xC
    case sha512_256 = 0xD
    case sha3_224 = 0xE
    case sha3_256 = 0xF
    case sha3_384 = 0x10
    case sha3_512 = 0x11

    package static let tag = KMIPTag.hashingAlgorithm
  }

  /// How OAEP and PSS make their masks (KMIP 2.1 section 11.30).
  package enum MaskGenerator: UInt32, KMIPEnumeration {
    case mgf1 = 0x1

    package static let tag = KMIPTag.maskGenerator
  }

  /// Signature schemes with their hash functions (KMIP 2.1 section 11.16).
  package enum DigitalSignatureAlgorithm: UInt32, KMIPEnumeration {
    case md2WithRSAEncryption = 0x1
    case md5WithRSAEncryption = 0x2
    case sha1WithRSAEncryption = 0x3
    case sha224WithRSAEncryption = 0x4
    case sha256WithRSAEncryption = 0x5
    case sha384WithRSAEncryption = 0x6
    case sha512WithRSAEncryption = 0x7
    case rsassaPSS = 0x8
    case dsaWithSHA1 = 0x9
    case dsaWithSHA224 = 0xA
    case dsaWithSHA256 = 0xB
    case ecdsaWithSHA1 = 0xC
    case ecdsaWithSHA224 = 0xD
    case ecdsaWithSHA256 = 0xE
    case ecdsaWithSHA384 = 0xF
    case ecdsaWithSHA512 = 0x10
    case sha3_256WithRSAEncryption = 0x11
    case sha3_384WithRSAEncryption = 0x12
    case sha3_512WithRSAEncryption = 0x13

    package static let tag = KMIPTag.digitalSignatureAlgorithm
  }
}
