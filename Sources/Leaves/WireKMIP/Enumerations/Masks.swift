extension KMIP {
  /// What a key may be used for (KMIP 2.1 section 12.1).
  package struct CryptographicUsageMask: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let sign = CryptographicUsageMask(rawValue: 0x1)
    package static let verify = CryptographicUsageMask(rawValue: 0x2)
    package static let encrypt = CryptographicUsageMask(rawValue: 0x4)
    package static let decrypt = CryptographicUsageMask(rawValue: 0x8)
    package static let wrapKey = CryptographicUsageMask(rawValue: 0x10)
    package static let unwrapKey = CryptographicUsageMask(rawValue: 0x20)
    package static let export = CryptographicUsageMask(rawValue: 0x40)
    package static let macGenerate = CryptographicUsageMask(rawValue: 0x80)
    package static let macVerify = CryptographicUsageMask(rawValue: 0x100)
    package static let deriveKey = CryptographicUsageMask(rawValue: 0x200)
    package static let contentCommitment = CryptographicUsageMask(rawValue: 0x400)
    package static let keyAgreement = CryptographicUsageMask(rawValue: 0x800)
    package static let certificateSign = CryptographicUsageMask(rawValue: 0x1000)
    package static let crlSign = CryptographicUsageMask(rawValue: 0x2000)
    package static let generateCryptogram = CryptographicUsageMask(rawValue: 0x4000)
    package static let validateCryptogram = CryptographicUsageMask(rawValue: 0x8000)
    package static let translateEncrypt = CryptographicUsageMask(rawValue: 0x10000)
    package static let translateDecrypt = CryptographicUsageMask(rawValue: 0x20000)
    package static let translateWrap = CryptographicUsageMask(rawValue: 0x40000)
    package static let translateUnwrap = CryptographicUsageMask(rawValue: 0x80000)
    package static let authenticate = CryptographicUsageMask(rawValue: 0x100000)
    package static let unrestricted = CryptographicUsageMask(rawValue: 0x200000)
    package static let fpeEncrypt = CryptographicUsageMask(rawValue: 0x400000)
    package static let fpeDecrypt = CryptographicUsageMask(rawValue: 0x800000)
  }

  /// Where to look for objects (KMIP 2.1 section 12.3).
  package struct StorageStatusMask: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let onLineStorage = StorageStatusMask(rawValue: 0x1)
    package static let archivalStorage = StorageStatusMask(rawValue: 0x2)
    package static let destroyedStorage = StorageStatusMask(rawValue: 0x4)
  }

  /// What kind of storage an object is kept in (KMIP 2.1 section 12.2).
  package struct ProtectionStorageMask: OptionSet, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let software = ProtectionStorageMask(rawValue: 0x1)
    package static let hardware = ProtectionStorageMask(rawValue: 0x2)
    package static let onProcessor = ProtectionStorageMask(rawValue: 0x4)
    package static let onSystem = ProtectionStorageMask(rawValue: 0x8)
    package static let offSystem = ProtectionStorageMask(rawValue: 0x10)
    package static let hypervisor = ProtectionStorageMask(rawValue: 0x20)
    package static let operatingSystem = ProtectionStorageMask(rawValue: 0x40)
    package static let container = ProtectionStorageMask(rawValue: 0x80)
    package static let onPremises = ProtectionStorageMask(rawValue: 0x100)
    package static let offPremises = ProtectionStorageMask(rawValue: 0x200)
    package static let selfManaged = ProtectionStorageMask(rawValue: 0x400)
    package static let outsourced = ProtectionStorageMask(rawValue: 0x800)
    package static let validated = ProtectionStorageMask(rawValue: 0x1000)
    package static let sameJurisdiction = ProtectionStorageMask(rawValue: 0x2000)
  }
}
