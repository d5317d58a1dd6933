// swift-format-ignore-file: AlwaysUseLowerCamelCase
// Numbers that stand next to each other in a name need something between them.

extension KMIP {
  /// Kinds of random number generators (KMIP 2.1 section 11.49).
  package enum RNGAlgorithm: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case fips186_2 = 0x2
    case drbg = 0x3
    case nrbg = 0x4
    case ansiX9_31 = 0x5
    case ansiX9_62 = 0x6

    package static let tag = KMIPTag.rngAlgorithm
  }

  /// Who shares a generator (KMIP 2.1 section 11.50).
  package enum RNGMode: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case sharedInstantiation = 0x2
    case nonSharedInstantiation = 0x3

    package static let tag = KMIPTag.rngMode
  }

  /// Deterministic generators, by SP 800-90A (KMIP 2.1 section 11.17).
  package enum DRBGAlgorithm: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case dualEC = 0x2
    case hash = 0x3
    case hmac = 0x4
    case ctr = 0x5

    package static let tag = KMIPTag.drbgAlgorithm
  }

  /// Variants of the generators of FIPS 186-2 (KMIP 2.1 section 11.20).
  package enum FIPS186Variation: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case gpXOriginal = 0x2
    case gpXChangeNotice = 0x3
    case xOriginal = 0x4
    case xChangeNotice = 0x5
    case kOriginal = 0x6
    case kChangeNotice = 0x7

    package static let tag = KMIPTag.fips186Variation
  }
}
