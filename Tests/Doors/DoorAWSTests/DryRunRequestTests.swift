import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests that only ask")
struct DryRunRequestTests {
  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  private static func decrypt(_ members: String) throws -> Decrypt {
    try DecryptOperation.read(try Samples.json("{\(members)}"), try call()).work
  }

  private static func reEncrypt(_ members: String) throws -> ReEncrypt {
    try ReEncryptOperation.decode(
      try Samples.json("{\"DestinationKeyId\": \"\(NamesTests.id)\", \(members)}"), try call())
  }

  private static let modifiers = #""DryRun": true, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]"#
  private static let key = "\"KeyId\": \"\(NamesTests.id)\""
  private static let sourceKey = "\"SourceKeyId\": \"\(NamesTests.id)\""

  @Test("a ciphertext that nobody will look at may be left out, or be anything")
  func ignored() throws {
    for ciphertext in ["", ", \"CiphertextBlob\": \"AAAA\""] {
      let decrypt = try Self.decrypt(Self.key + ", " + Self.modifiers + ciphertext)
      #expect(decrypt.isDryRun && decrypt.source.isIgnored && decrypt.source.bytes.isEmpty)
      let reEncrypt = try Self.reEncrypt(Self.sourceKey + ", " + Self.modifiers + ciphertext)
      #expect(reEncrypt.isDryRun && reEncrypt.source.isIgnored)
    }
  }

  @Test("then the key must be named")
  func keyRequired() {
    #expect(throws: AWSError.validation("KeyId is required.")) { try Self.decrypt(Self.modifiers) }
    #expect(throws: AWSError.validation("SourceKeyId is required.")) { try Self.reEncrypt(Self.modifiers) }
  }

  @Test("otherwise the ciphertext is required", arguments: ["", #", "DryRunModifiers": []"#])
  func ciphertextRequired(more: String) {
    let missing = AWSError.validation(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null"
    )
    #expect(throws: missing) { try Self.decrypt(Self.key + ", \"DryRun\": true" + more) }
    #expect(throws: missing) { try Self.reEncrypt(Self.sourceKey + ", \"DryRun\": true" + more) }
  }

  @Test("modifiers modify dry runs", arguments: ["", #""DryRun": false, "#])
  func modifiersAlone(more: String) {
    let refusal = AWSError.validation("DryRunModifiers can only be specified when DryRun is true.")
    let members = ", " + more + #""CiphertextBlob": "AAAA", "DryRunModifiers": ["IGNORE_CIPHERTEXT"]"#
    #expect(throws: refusal) { try Self.decrypt(Self.key + members) }
    #expect(throws: refusal) { try Self.reEncrypt(Self.sourceKey + members) }
  }

  @Test("there is one modifier")
  func unknown() {
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value 'IGNORE_KEY' at 'dryRunModifiers.1.member' failed to satisfy constraint: "
          + "Member must satisfy enum value set: [IGNORE_CIPHERTEXT]")
    ) { try Self.decrypt(Self.key + #", "DryRun": true, "DryRunModifiers": ["IGNORE_KEY"]"#) }
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a List")) {
      try Self.decrypt(Self.key + #", "DryRun": true, "DryRunModifiers": "IGNORE_CIPHERTEXT""#)
    }
  }
}
