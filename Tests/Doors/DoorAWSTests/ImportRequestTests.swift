import KMSBytes
import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests for imports")
struct ImportRequestTests {
  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  private static func parameters(_ algorithm: String, _ spec: String) throws -> GetParametersForImport {
    let text = """
      {"KeyId": "\(NamesTests.id)", "WrappingAlgorithm": "\(algorithm)", "WrappingKeySpec": "\(spec)"}
      """
    return try GetParametersForImportOperation.decode(try Samples.json(text), try call())
  }

  /// A request with these members beside the usual ones.
  private static func material(_ more: String = "", id: String = NamesTests.id) throws -> ImportKeyMaterial {
    let text = """
      {"KeyId": "\(id)", "ImportToken": "dG9rZW4=", "EncryptedKeyMaterial": "bWF0ZXJpYWw="\(more.isEmpty ? "" : ", ")\(more)}
      """
    return try ImportKeyMaterialOperation.decode(try Samples.json(text), try call())
  }

  @Test("every way of wrapping has its name, but for the one that AWS gave up")
  func wrapping() throws {
    for algorithm in ImportAlgorithm.allCases {
      #expect(try Self.parameters(algorithm.awsName, "RSA_3072").algorithm == algorithm)
    }
    for (name, spec) in [
      ("RSA_2048", ImportKeySpec.rsa2048), ("RSA_3072", .rsa3072), ("RSA_4096", .rsa4096), ("SM2", .sm2),
    ] {
      #expect(try Self.parameters("RSAES_OAEP_SHA_1", name).importKey == spec)
    }
    #expect(throws: AWSError.unsupported("WrappingAlgorithm RSAES_PKCS1_V1_5 is not supported.")) {
      try Self.parameters("RSAES_PKCS1_V1_5", "RSA_2048")
    }
    #expect(
      throws: AWSError.validation(
        "2 validation errors detected: Value 'X' at 'wrappingAlgorithm' failed to satisfy constraint: Member must "
          + "satisfy enum value set: [RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, RSA_AES_KEY_WRAP_SHA_1, "
          + "RSA_AES_KEY_WRAP_SHA_256, SM2PKE]; Value 'RSA_1024' at 'wrappingKeySpec' failed to satisfy constraint: "
          + "Member must satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096, SM2]")
    ) { try Self.parameters("X", "RSA_1024") }
  }

  @Test("members become terms")
  func terms() throws {
    let full = try Self.material(
      """
      "ValidTo": 1800000000.25, "ExpirationModel": "KEY_MATERIAL_EXPIRES", "ImportType": "EXISTING_KEY_MATERIAL",
      "KeyMaterialDescription": "a:/_ .-Z9", "KeyMaterialId": "\(String(repeating: "0a", count: 32))"
      """)
    #expect(full.material.token == Array("token".utf8) && full.material.encrypted == Array("material".utf8))
    #expect(full.terms.expiry == Instant(milliseconds: 1_800_000_000_250))
    #expect(full.terms.kind == .existing && full.terms.description == "a:/_ .-Z9")
    #expect(full.terms.claimed == [UInt8](repeating: 0x0a, count: 32))
    let plain = try Self.material(#""ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE""#)
    #expect(plain.terms.kind == nil && plain.terms.claimed == nil)
    #expect(plain.terms.expiry == nil && plain.terms.description == nil)
    for date in ["1.8E9", "1800000000", "1.8e+9"] {
      #expect(
        try Self.material("\"ValidTo\": \(date)").terms.expiry == Instant(milliseconds: 1_800_000_000_000))
    }
  }

  @Test("a date belongs to material that expires")
  func dates() {
    #expect(throws: AWSError.validToMissing) { try Self.material() }
    #expect(throws: AWSError.validToMissing) {
      try Self.material(#""ExpirationModel": "KEY_MATERIAL_EXPIRES""#)
    }
    #expect(throws: AWSError.validToUnexpected) {
      try Self.material(#""ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ValidTo": 1"#)
    }
    for date in ["1e300", "-1e300"] {
      #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a Timestamp")) {
        try Self.material("\"ValidTo\": \(date)")
      }
    }
  }

  @Test("new material has no name yet")
  func newMaterial() {
    let name = String(repeating: "0", count: 64)
    #expect(throws: AWSError.materialIDOfNewMaterial) {
      try Self.material(#""ValidTo": 1, "ImportType": "NEW_KEY_MATERIAL", "KeyMaterialId": "\#(name)""#)
    }
  }

  @Test(
    "names of material are 64 digits", arguments: ["", "0", String(repeating: "A", count: 64)])
  func names(text: String) {
    #expect(throws: AWSError.self) { try Self.material("\"ValidTo\": 1, \"KeyMaterialId\": \"\(text)\"") }
    #expect(throws: AWSError.self) {
      let body = "{\"KeyId\": \"\(NamesTests.id)\", \"KeyMaterialId\": \"\(text)\"}"
      _ = try DeleteImportedKeyMaterialOperation.decode(try Samples.json(body), try Self.call())
    }
  }

  @Test("an alias is no key here")
  func aliases() {
    #expect(throws: AWSError.invalidKeyID("alias/x")) { try Self.material(#""ValidTo": 1"#, id: "alias/x") }
  }
}
