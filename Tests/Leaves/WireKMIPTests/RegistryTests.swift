import Foundation
import Testing

@testable import WireKMIP

/// The registry against the constants that the code uses, and against itself.
@Suite struct RegistryTests {
  private func key(_ name: String) -> String { CamelCase.key(name.utf8) ?? "" }

  /// `static let name = Type(0x…)` of a source file.
  private func constants(_ file: String, of type: String) throws -> [(name: String, number: UInt32)] {
    let text = try String(contentsOf: Checkout.sources.appending(path: file), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "static", words[2] == "let", words[5].hasPrefix(type),
        let hex = line.split(separator: "0x").last, let number = UInt32(hex.dropLast(), radix: 16)
      else { return nil }
      return (String(words[3]), number)
    }
  }

  @Test func `every tag has its constant, with its number and name`() throws {
    let files = ["Tags/Tags10.swift", "Tags/Tags1x.swift", "Tags/Tags2x.swift"]
    let constants = try files.flatMap { try self.constants($0, of: "KMIPTag(0x") }
    #expect(constants.count == 372)
    let named = Set(constants.map(\.number))
    #expect(named.count == 372)
    #expect(named == Set(TagTable.read().map(\.tag.rawValue)))
    for (name, number) in constants {
      #expect(key(name) == KMIPRegistry.name(of: KMIPTag(number)).map(key), "\(name)")
    }
  }

  @Test func `every bit of a mask has its constant, with its number and name`() throws {
    let types: [(String, KMIPTag, Int)] = [
      ("CryptographicUsageMask", .cryptographicUsageMask, 24), ("StorageStatusMask", .storageStatusMask, 3),
      ("ProtectionStorageMask", .protectionStorageMask, 14),
    ]
    for (type, tag, count) in types {
      let constants = try constants("Enumerations/Masks.swift", of: type + "(rawValue:")
      #expect(constants.count == count)
      #expect(KMIPRegistry.isMask(tag))
      for (name, number) in constants {
        #expect(KMIPRegistry.value(camel: name.utf8, in: tag) == number, "\(type).\(name)")
      }
    }
  }

  private static let enumerations: [any KMIPEnumeration.Type] = [
    KMIP.AdjustmentType.self, KMIP.AlternativeNameType.self, KMIP.AsynchronousIndicator.self,
    KMIP.AttestationType.self, KMIP.BatchErrorContinuationOption.self, KMIP.BlockCipherMode.self,
    KMIP.CancellationResult.self, KMIP.CertificateRequestType.self, KMIP.CertificateType.self,
    KMIP.ClientRegistrationMethod.self, KMIP.CredentialType.self, KMIP.CryptographicAlgorithm.self,
    KMIP.DRBGAlgorithm.self, KMIP.DataEnumeration.self, KMIP.DerivationMethod.self, KMIP.DestroyAction.self,
    KMIP.DigitalSignatureAlgorithm.self, KMIP.EncodingOption.self, KMIP.EndpointRole.self,
    KMIP.FIPS186Variation.self, KMIP.HashingAlgorithm.self, KMIP.InteropFunction.self,
    KMIP.KeyCompressionType.self, KMIP.KeyFormatType.self, KMIP.KeyRoleType.self,
    KMIP.KeyValueLocationType.self,
    KMIP.KeyWrapType.self, KMIP.LinkType.self, KMIP.MaskGenerator.self, KMIP.NISTKeyType.self,
    KMIP.NameType.self,
    KMIP.ObjectGroupMember.self, KMIP.ObjectType.self, KMIP.Operation.self, KMIP.PKCS11Function.self,
    KMIP.PaddingMethod.self, KMIP.ProcessingStage.self, KMIP.ProfileName.self, KMIP.ProtectionLevel.self,
    KMIP.PutFunction.self, KMIP.QueryFunction.self, KMIP.RNGAlgorithm.self, KMIP.RNGMode.self,
    KMIP.RecommendedCurve.self, KMIP.ResultReason.self, KMIP.ResultStatus.self,
    KMIP.RevocationReasonCode.self,
    KMIP.RotateNameType.self, KMIP.SecretDataType.self, KMIP.ShreddingAlgorithm.self,
    KMIP.SplitKeyMethod.self,
    KMIP.State.self, KMIP.TicketType.self, KMIP.UniqueIdentifierEnum.self, KMIP.UnwrapMode.self,
    KMIP.UsageLimitsUnit.self, KMIP.ValidationAuthorityType.self, KMIP.ValidationType.self,
    KMIP.ValidityIndicator.self, KMIP.WrappingMethod.self,
  ]

  private func compare<Value: KMIPEnumeration>(_ type: Value.Type) {
    let known = KMIPRegistry.numbers(in: Value.tag)
    #expect(Set(known) == Set(Value.allCases.map(\.rawValue)), "\(type)")
    for value in Value.allCases {
      let name = KMIPRegistry.name(of: value.rawValue, in: Value.tag) ?? ""
      var expected = key(CamelCase.spell(name.utf8))
      if type == KMIP.PKCS11Function.self { expected.removeFirst() }
      if type == KMIP.PaddingMethod.self, expected == "none" { expected = "nopadding" }
      #expect(key("\(value)") == expected, "\(type).\(value)")
    }
  }

  @Test func `every enumeration has its numbers, under their names`() {
    for type in Self.enumerations { compare(type) }
    let tags = Set(Self.enumerations.map { $0.tag })
    #expect(tags.count == Self.enumerations.count)
    let without = EnumerationTable.read().filter { entry in
      !entry.isMask && !tags.contains { KMIPRegistry.name(of: $0) == entry.name }
    }
    #expect(without.map(\.name) == ["Item Type", "Opaque Data Type", "PKCS#11 Return Code"])
  }

  @Test func `every name leads back to its number, and no two are taken for each other`() {
    let tags = TagTable.read()
    #expect(Set(tags.map { key($0.name) }).count == tags.count)
    for entry in tags {
      #expect(KMIPRegistry.tag(named: entry.name) == entry.tag)
      #expect(KMIPRegistry.camelName(of: entry.tag).flatMap { KMIPRegistry.tag(camel: $0.utf8) } == entry.tag)
      #expect(KMIPRegistry.types(of: entry.tag) != [])
    }
    for entry in EnumerationTable.read() {
      #expect(Set(entry.values.map(\.number)).count == entry.values.count, "\(entry.name)")
      #expect(Set(entry.values.map { key($0.name) }).count == entry.values.count, "\(entry.name)")
      for value in entry.values {
        #expect(entry.numbers[key(value.name)] == value.number, "\(value.name)")
        #expect(entry.numbers[key(value.camelName)] == value.number, "\(value.name)")
      }
    }
  }

  // Section 5.4.1.1 of KMIP Profiles 2.1, and names as published test cases have them.
  @Test(arguments: [
    ("PKCS#12 Friendly Name", "PKCS_12FriendlyName"), ("3DES", "DES3"),
    ("IV/Counter/Nonce", "IVCounterNonce"),
    ("X.509 Certificate Identifier", "X_509CertificateIdentifier"),
    ("Template-Attribute", "TemplateAttribute"),
    ("SHA-256 with RSA Encryption", "SHA_256WithRSAEncryption"), ("PKCS1 v1.5", "PKCS1V1_5"),
    ("Content Commitment (Non Repudiation)", "ContentCommitmentNonRepudiation"), ("MAC/sign", "MACSign"),
    ("Re-key Key Pair", "ReKeyKeyPair"), ("HTTPS Server KMIP v1.0", "HTTPSServerKMIPV1_0"),
    ("Polynomial Sharing GF(2^8)", "PolynomialSharingGF2_8"), ("On-line storage", "OnLineStorage"),
    ("Username and Password", "UsernameAndPassword"), ("P-256", "P_256"), ("C_Initialize", "C_Initialize"),
  ])
  func `names are spelt by the rules of XML and JSON`(name: String, camel: String) {
    #expect(CamelCase.spell(name.utf8) == camel)
  }

  @Test func `case and punctuation don't count, other letters do`() {
    for name in ["IVCounterNonce", "IvCounterNonce", "ivcounternonce", "IV/Counter/Nonce"] {
      #expect(KMIPRegistry.tag(camel: name.utf8) == .ivCounterNonce)
    }
    #expect(KMIPRegistry.tag(camel: "IVCounterNoncé".utf8) == nil)
    #expect(KMIPRegistry.tag(camel: "".utf8) == nil)
    #expect(KMIPRegistry.tag(named: "IVCounterNonce") == nil)
    #expect(KMIPRegistry.tag(named: "x-509 Certificate Issuer") == nil)
  }

  @Test func `tags are known from their version on, until they are taken away`() {
    #expect(!KMIPRegistry.isKnown(.fresh, in: .v1_0) && KMIPRegistry.isKnown(.fresh, in: .v1_1))
    #expect(!KMIPRegistry.isKnown(.attributes, in: .v1_4) && KMIPRegistry.isKnown(.attributes, in: .v2_0))
    #expect(KMIPRegistry.isKnown(.templateAttribute, in: .v1_4))
    #expect(!KMIPRegistry.isKnown(.templateAttribute, in: .v2_0))
    #expect(!KMIPRegistry.isKnown(.rotateDate, in: .v2_0) && KMIPRegistry.isKnown(.rotateDate, in: .v2_1))
    #expect(!KMIPRegistry.isKnown(KMIPTag(0x540001), in: .v2_1))
    let counts = KMIPVersion.known.map { version in
      TagTable.read().count { KMIPRegistry.isKnown($0.tag, in: version) }
    }
    #expect(counts == [161, 183, 211, 247, 292, 338, 355])
  }

  @Test func `values are known from their version on, until they are taken away`() {
    #expect(!KMIPRegistry.isKnown(KMIP.Operation.encrypt, in: .v1_1))
    #expect(KMIPRegistry.isKnown(KMIP.Operation.encrypt, in: .v1_2))
    #expect(KMIPRegistry.isKnown(KMIP.ObjectType.template, in: .v1_4))
    #expect(!KMIPRegistry.isKnown(KMIP.ObjectType.template, in: .v2_0))
    #expect(!KMIPRegistry.isKnown(KMIP.ResultReason.wrongKeyLifecycleState, in: .v1_4))
    #expect(!KMIPRegistry.isKnown(0x8000_0001, in: .operation, .v2_1))
    #expect(KMIPRegistry.isKnown(KMIPTag.state.rawValue, in: .attributeReference, .v2_0))
    let operations = KMIPVersion.known.map { KMIPRegistry.values(in: .operation, $0).count }
    #expect(operations == [28, 30, 41, 41, 43, 53, 59])
    let reasons = KMIPVersion.known.map { KMIPRegistry.values(in: .resultReason, $0).count }
    #expect(reasons == [18, 19, 22, 22, 25, 68, 71])
  }

  @Test func `tags that share an enumeration share its names`() {
    #expect(KMIPRegistry.camelName(of: 6, in: .maskGeneratorHashingAlgorithm) == "SHA_256")
    #expect(KMIPRegistry.camelName(of: 1, in: .linkedObjectIdentifier) == "IDPlaceholder")
    #expect(KMIPRegistry.camelName(of: 7, in: .extensionType) == "TextString")
    #expect(KMIPRegistry.camelName(of: KMIPTag.state.rawValue, in: .attributeReference) == "State")
    #expect(KMIPRegistry.value(camel: "NotAuthorized".utf8, in: .resultReason) == 0x39)
    #expect(KMIPRegistry.value(camel: "SHA-3-256".utf8, in: .hashingAlgorithm) == 0xf)
  }
}

extension KMIPRegistry {
  /// Of all versions.
  fileprivate static func numbers(in tag: KMIPTag) -> [UInt32] {
    let all = KMIPVersion.known.flatMap { values(in: tag, $0) }
    return Array(Set(all))
  }
}
