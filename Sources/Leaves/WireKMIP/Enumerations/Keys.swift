// swift-format-ignore-file: AlwaysUseLowerCamelCase
// Numbers that stand next to each other in a name need something between them.

extension KMIP {
  /// How key material is laid out (KMIP 2.1 section 11.25).
  package enum KeyFormatType: UInt32, KMIPEnumeration {
    case raw = 0x1
    case opaque = 0x2
    case pkcs1 = 0x3
    case pkcs8 = 0x4
    case x509 = 0x5
    case ecPrivateKey = 0x6
    case transparentSymmetricKey = 0x7
    case transparentDSAPrivateKey = 0x8
    case transparentDSAPublicKey = 0x9
    case transparentRSAPrivateKey = 0xA
    case transparentRSAPublicKey = 0xB
    case transparentDHPrivateKey = 0xC
    case transparentDHPublicKey = 0xD
    case transparentECDSAPrivateKey = 0xE
    case transparentECDSAPublicKey = 0xF
    case transparentECDHPrivateKey = 0x10
    case transparentECDHPublicKey = 0x11
    case transparentECMQVPrivateKey = 0x12
    case transparentECMQVPublicKey = 0x13
    case transparentECPrivateKey = 0x14
    case transparentECPublicKey = 0x15
    case pkcs12 = 0x16
    case pkcs10 = 0x17

    package static let tag = KMIPTag.keyFormatType
  }

  /// How a point of a curve is written (KMIP 2.1 section 11.24).
  package enum KeyCompressionType: UInt32, KMIPEnumeration {
    case ecPublicKeyTypeUncompressed = 0x1
    case ecPublicKeyTypeX9_62CompressedPrime = 0x2
    case ecPublicKeyTypeX9_62CompressedChar2 = 0x3
    case ecPublicKeyTypeX9_62Hybrid = 0x4

    package static let tag = KMIPTag.keyCompressionType
  }

  /// What a key is for, by ANSI X9 TR-31 (KMIP 2.1 section 11.26).
  package enum KeyRoleType: UInt32, KMIPEnumeration {
    case bdk = 0x1
    case cvk = 0x2
    case dek = 0x3
    case mkac = 0x4
    case mksmc = 0x5
    case mksmi = 0x6
    case mkdac = 0x7
    case mkdn = 0x8
    case mkcp = 0x9
    case mkoth = 0xA
    case kek = 0xB
    case mac16609 = 0xC
    case mac97971 = 0xD
    case mac97972 = 0xE
    case mac97973 = 0xF
    case mac97974 = 0x10
    case mac97975 = 0x11
    case zpk = 0x12
    case pvkibm = 0x13
    case pvkpvv = 0x14
    case pvkoth = 0x15
    case dukpt = 0x16
    case iv = 0x17
    case trkbk = 0x18

    package static let tag = KMIPTag.keyRoleType
  }

  /// How wrapped an answer should be (KMIP 2.1 section 11.29).
  package enum KeyWrapType: UInt32, KMIPEnumeration {
    case notWrapped = 0x1
    case asRegistered = 0x2

    package static let tag = KMIPTag.keyWrapType
  }

  /// How a key value is wrapped (KMIP 2.1 section 11.62).
  package enum WrappingMethod: UInt32, KMIPEnumeration {
    case encrypt = 0x1
    case macSign = 0x2
    case encryptThenMACSign = 0x3
    case macSignThenEncrypt = 0x4
    case tr31 = 0x5

    package static let tag = KMIPTag.wrappingMethod
  }

  /// What is wrapped: the material alone or its TTLV (KMIP 2.1 section 11.18).
  package enum EncodingOption: UInt32, KMIPEnumeration {
    case noEncoding = 0x1
    case ttlvEncoding = 0x2

    package static let tag = KMIPTag.encodingOption
  }

  /// How a key is split (KMIP 2.1 section 11.54).
  package enum SplitKeyMethod: UInt32, KMIPEnumeration {
    case xor = 0x1
    case polynomialSharingGF2_16 = 0x2
    case polynomialSharingPrimeField = 0x3
    case polynomialSharingGF2_8 = 0x4

    package static let tag = KMIPTag.splitKeyMethod
  }

  /// How a key is derived (KMIP 2.1 section 11.14).
  package enum DerivationMethod: UInt32, KMIPEnumeration {
    case pbkdf2 = 0x1
    case hash = 0x2
    case hmac = 0x3
    case encrypt = 0x4
    case nist800_108C = 0x5
    case nist800_108F = 0x6
    case nist800_108DPI = 0x7
    case asymmetricKey = 0x8
    case awsSignatureVersion4 = 0x9
    case hkdf = 0xA

    package static let tag = KMIPTag.derivationMethod
  }
}
