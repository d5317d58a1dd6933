extension KMIP {
  /// What a batch item asks for (KMIP 2.1 section 11.36).
  package enum Operation: UInt32, KMIPEnumeration {
    case create = 0x1
    case createKeyPair = 0x2
    case register = 0x3
    case reKey = 0x4
    case deriveKey = 0x5
    case certify = 0x6
    case reCertify = 0x7
    case locate = 0x8
    case check = 0x9
    case get = 0xA
    case getAttributes = 0xB
    case getAttributeList = 0xC
    case addAttribute = 0xD
    case modifyAttribute = 0xE
    case deleteAttribute = 0xF
    case obtainLease = 0x10
    case getUsageAllocation = 0x11
    case activate = 0x12
    case revoke = 0x13
    case destroy = 0x14
    case archive = 0x15
    case recover = 0x16
    case validate = 0x17
    case query = 0x18
    case cancel = 0x19
    case poll = 0x1A
    case notify = 0x1B
    case put = 0x1C
    case reKeyKeyPair = 0x1D
    case discoverVersions = 0x1E
    case encrypt = 0x1F
    case decrypt = 0x20
    case sign = 0x21
    case signatureVerify = 0x22
    case mac = 0x23
    case macVerify = 0x24
    case rngRetrieve = 0x25
    case rngSeed = 0x26
    case hash = 0x27
    case createSplitKey = 0x28
    case joinSplitKey = 0x29
    case `import` = 0x2A
    case export = 0x2B
    case log = 0x2C
    case login = 0x2D
    case logout = 0x2E
    case delegatedLogin = 0x2F
    case adjustAttribute = 0x30
    case setAttribute = 0x31
    case setEndpointRole = 0x32
    case pkcs11 = 0x33
    case interop = 0x34
    case reProvision = 0x35
    case setDefaults = 0x36
    case setConstraints = 0x37
    case getConstraints = 0x38
    case queryAsynchronousRequests = 0x39
    case process = 0x3A
    case ping = 0x3B

    package static let tag = KMIPTag.operation
  }
}
