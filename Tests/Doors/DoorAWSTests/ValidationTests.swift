import KMSBytes
import KMSDomain
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Validation")
struct ValidationTests {
  private func read<Value>(
    _ text: String, _ body: (inout Input) throws(AWSError) -> Value
  ) throws -> Value {
    try Input.read(try Samples.json(text), body)
  }

  private func expect(
    _ message: String, _ text: String, _ body: (inout Input) throws(AWSError) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: AWSError.validation(message), sourceLocation: sourceLocation) { try read(text, body) }
  }

  @Test("sound members are read as they are")
  func sound() throws {
    let text = #"{"KeyId": "k", "Limit": 5, "DryRun": true, "Other": {"x": [1]}, "Marker": null}"#
    try read(text) { input throws(AWSError) in
      #expect(try input.requiredText("KeyId", .keyID) == "k")
      #expect(try input.integer("Limit", ModelRange.limit) == 5)
      #expect(try input.flag("DryRun") == true)
      #expect(try input.text("Marker", .marker) == nil)
      #expect(try input.integer("Absent", ModelRange.limit) == nil)
      #expect(input.has("Other"))
      #expect(!input.has("Marker"))
    }
  }

  @Test(
    "numbers have bounds",
    arguments: [
      (
        "1025",
        "Value '1025' at 'numberOfBytes' failed to satisfy constraint: "
          + "Member must have value less than or equal to 1024"
      ),
      (
        "0",
        "Value '0' at 'numberOfBytes' failed to satisfy constraint: "
          + "Member must have value greater than or equal to 1"
      ),
      (
        "-5",
        "Value '-5' at 'numberOfBytes' failed to satisfy constraint: "
          + "Member must have value greater than or equal to 1"
      ),
      (
        "9223372036854775807",
        "Value '9223372036854775807' at 'numberOfBytes' failed to satisfy constraint: "
          + "Member must have value less than or equal to 1024"
      ),
    ])
  func numbers(value: String, message: String) {
    expect("1 validation error detected: " + message, #"{"NumberOfBytes": \#(value)}"#) {
      input throws(AWSError) in
      _ = try input.integer("NumberOfBytes", ModelRange.numberOfBytes)
    }
  }

  @Test("required members are missed when they are absent or null", arguments: ["{}", #"{"KeyId": null}"#])
  func required(text: String) {
    expect(
      "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
      text
    ) { input throws(AWSError) in
      _ = try input.requiredText("KeyId", .keyID)
    }
  }

  @Test("all faults are told together")
  func several() {
    expect(
      "3 validation errors detected: "
        + "Value '' at 'keyId' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        + "Value null at 'plaintext' failed to satisfy constraint: Member must not be null; "
        + "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
      #"{"KeyId": "", "Limit": 0}"#
    ) { input throws(AWSError) in
      _ = try input.requiredText("KeyId", .keyID)
      _ = try input.requiredSecret("Plaintext", ModelRange.plaintext)
      _ = try input.integer("Limit", ModelRange.limit)
    }
  }

  @Test("lengths count UTF-16, as AWS does")
  func lengths() throws {
    let wide = String(repeating: "é", count: 128)
    #expect(
      try read(#"{"TagKey": "\#(wide)"}"#) { input throws(AWSError) in try input.text("TagKey", .tagKey) }
        == wide)
    let faults = TextRule.tagKey.faults(String(repeating: "😀", count: 65))
    #expect(faults == ["Member must have length less than or equal to 128"])
  }

  @Test(
    "patterns are quoted as the model has them",
    arguments: [
      (TextRule.aliasName, "alias/x y", "^[a-zA-Z0-9:/_-]+$"), (.aliasName, "alias/ü", "^[a-zA-Z0-9:/_-]+$"),
      (.policyName, "a-b", #"[\w]+"#), (.marker, "\u{1}", #"[\u0020-\u00FF]*"#),
      (.marker, "Ω", #"[\u0020-\u00FF]*"#),
      (.policy, "Ω", #"[\u0009\u000A\u000D\u0020-\u00FF]+"#),
      (.policy, "\u{0}", #"[\u0009\u000A\u000D\u0020-\u00FF]+"#),
      (.xksKeyID, "a/b", "^[a-zA-Z0-9-_.]+$"),
    ])
  func patterns(rule: TextRule, text: String, pattern: String) {
    #expect(rule.faults(text) == ["Member must satisfy regular expression pattern: " + pattern])
  }

  @Test(
    "values that fit their rule have no fault",
    arguments: [
      (TextRule.aliasName, "alias/a_B-9:/"), (.policyName, "default"), (.marker, "ÿ !"),
      (.policy, "\t\n\r é"),
      (.xksKeyID, "a-b_c.9"), (.keySpec, "SYMMETRIC_DEFAULT"), (.description, ""), (.tagValue, ""),
    ])
  func fitting(rule: TextRule, text: String) { #expect(rule.faults(text).isEmpty) }

  @Test("enumerations list what they have")
  func enumeration() {
    expect(
      "1 validation error detected: Value 'RANDOM' at 'keySpec' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [AES_256, AES_128]",
      #"{"KeySpec": "RANDOM"}"#
    ) { input throws(AWSError) in
      _ = try input.text("KeySpec", .dataKeySpec)
    }
  }

  @Test(
    "values of the wrong type end the reading",
    arguments: [
      ("7", "NUMBER_VALUE can not be converted to a String"),
      ("true", "TRUE_VALUE can not be converted to a String"),
      ("false", "FALSE_VALUE can not be converted to a String"),
      ("[]", "Start of list found where not expected"),
      ("{}", "Start of structure or map found where not expected"),
    ])
  func wrongType(value: String, message: String) {
    #expect(throws: AWSError.serialization(message)) {
      try read(#"{"KeyId": \#(value)}"#) { input throws(AWSError) in try input.text("KeyId", .keyID) }
    }
  }

  @Test("a wrong type wins over broken constraints")
  func wrongTypeFirst() {
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to an Integer")) {
      try read(#"{"Limit": "5"}"#) { input throws(AWSError) in
        _ = try input.requiredText("KeyId", .keyID)
        _ = try input.integer("Limit", ModelRange.limit)
      }
    }
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a Boolean")) {
      try read(#"{"DryRun": "true"}"#) { input throws(AWSError) in try input.flag("DryRun") }
    }
  }

  @Test("numbers that aren't whole are refused", arguments: ["1.5", "1.0", "1e2", "99999999999999999999"])
  func fractions(value: String) {
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to an Integer")) {
      try read(#"{"Limit": \#(value)}"#) { input throws(AWSError) in
        try input.integer("Limit", ModelRange.limit)
      }
    }
  }
}

@Suite("Validation of bytes, lists and maps")
struct StructureValidationTests {
  private func read<Value>(
    _ text: String, _ body: (inout Input) throws(AWSError) -> Value
  ) throws -> Value {
    try Input.read(try Samples.json(text), body)
  }

  @Test(
    "secrets are decoded as they stand, also with escaped slashes",
    arguments: [
      (#"{"Plaintext": "aGVsbG8="}"#, Array("hello".utf8)),
      (#"{"Plaintext": "\/\/\/\/"}"#, [0xff, 0xff, 0xff]),
      (#"{"Plaintext": "AA=="}"#, [0]),
    ])
  func secret(text: String, bytes: [UInt8]) throws {
    let payload = try read(text) { input throws(AWSError) in
      try input.requiredSecret("Plaintext", ModelRange.plaintext)
    }
    let found = payload.readOnce { span in span.indices.map { span[$0] } }
    #expect(found == bytes)
  }

  @Test(
    "malformed base 64 is refused",
    arguments: ["A", "AA", "AAA", "AA=", "AB==", "A A=", "AAAA\\n", "____", "AAAA="])
  func malformed(text: String) {
    #expect(throws: AWSError.malformedBlob) {
      try read(#"{"Plaintext": "\#(text)"}"#) { input throws(AWSError) in
        _ = try input.requiredSecret("Plaintext", ModelRange.plaintext)
      }
    }
    #expect(throws: AWSError.malformedBlob) {
      try read(#"{"CiphertextBlob": "\#(text)"}"#) { input throws(AWSError) in
        try input.requiredBlob("CiphertextBlob", ModelRange.ciphertext)
      }
    }
  }

  @Test("bytes have bounds, and messages never repeat them")
  func bounds() {
    let long = Base64.string([UInt8](repeating: 7, count: 4097))
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
          + "Member must have length less than or equal to 4096")
    ) {
      try read(#"{"Plaintext": "\#(long)"}"#) { input throws(AWSError) in
        _ = try input.requiredSecret("Plaintext", ModelRange.plaintext)
      }
    }
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: "
          + "Member must have length greater than or equal to 1")
    ) {
      try read(#"{"CiphertextBlob": ""}"#) { input throws(AWSError) in
        try input.blob("CiphertextBlob", ModelRange.ciphertext)
      }
    }
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a Blob")) {
      try read(#"{"CiphertextBlob": 7}"#) { input throws(AWSError) in
        try input.blob("CiphertextBlob", ModelRange.ciphertext)
      }
    }
  }

  @Test("an encryption context is a map of strings")
  func context() throws {
    let found = try read(#"{"EncryptionContext": {"b": "2", "a": ""}}"#) { input throws(AWSError) in
      try input.encryptionContext()
    }
    #expect(found.pairs == [.init(name: "a", value: ""), .init(name: "b", value: "2")])
    #expect(try read("{}") { input throws(AWSError) in try input.encryptionContext() } == .empty)
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a String")) {
      try read(#"{"EncryptionContext": {"b": 2}}"#) { input throws(AWSError) in try input.encryptionContext()
      }
    }
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a Map")) {
      try read(#"{"EncryptionContext": "b"}"#) { input throws(AWSError) in try input.encryptionContext() }
    }
    let long = String(repeating: "x", count: 8192)
    #expect(throws: AWSError.self) {
      try read(#"{"EncryptionContext": {"b": "\#(long)"}}"#) { input throws(AWSError) in
        try input.encryptionContext()
      }
    }
  }

  @Test("tags are counted from one")
  func tags() throws {
    let long = String(repeating: "a", count: 129)
    #expect(
      throws: AWSError.validation(
        "2 validation errors detected: Value '\(long)' at 'tags.1.member.tagKey' failed to satisfy constraint: "
          + "Member must have length less than or equal to 128; "
          + "Value null at 'tags.2.member.tagValue' failed to satisfy constraint: Member must not be null")
    ) {
      try read(#"{"Tags": [{"TagKey": "\#(long)", "TagValue": ""}, {"TagKey": "k"}]}"#) {
        input throws(AWSError) in
        try input.tags()
      }
    }
    let sound = try read(#"{"Tags": [{"TagKey": "k", "TagValue": "v"}]}"#) { input throws(AWSError) in
      try input.tags()
    }
    #expect(sound == [KMSDomain.Tag(key: "k", value: "v")])
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a Structure")) {
      try read(#"{"Tags": ["k"]}"#) { input throws(AWSError) in try input.tags() }
    }
  }

  @Test("tags have rules beyond the model")
  func tagRules() {
    let reserved = AWSError("TagException", "Tags beginning with aws: are reserved")
    #expect(throws: reserved) { try Tags.check([KMSDomain.Tag(key: "aws:x", value: "")]) }
    #expect(throws: reserved) { try Tags.check(keys: ["a", "AWS:x"]) }
    #expect(throws: AWSError("TagException", "Duplicate tag keys")) {
      try Tags.check([KMSDomain.Tag(key: "a", value: "1"), KMSDomain.Tag(key: "a", value: "2")])
    }
    let many = (0..<51).map { KMSDomain.Tag(key: "k\($0)", value: "") }
    #expect(throws: AWSError("TagException", "Too many tags")) { try Tags.check(many) }
    #expect(throws: Never.self) { try Tags.check(Array(many.dropLast())) }
  }

  @Test("lists have lengths and elements of one type")
  func lists() {
    let eleven = (0..<11).map { _ in "\"t\"" }.joined(separator: ",")
    #expect(
      throws: AWSError.validation(
        "1 validation error detected: Value at 'grantTokens' failed to satisfy constraint: "
          + "Member must have length less than or equal to 10")
    ) {
      try read(#"{"GrantTokens": [\#(eleven)]}"#) { input throws(AWSError) in try input.grantTokens() }
    }
    #expect(
      throws: AWSError.validation(
        "2 validation errors detected: Value null at 'grantTokens.1.member' failed to satisfy constraint: "
          + "Member must not be null; Value '' at 'grantTokens.2.member' failed to satisfy constraint: "
          + "Member must have length greater than or equal to 1")
    ) {
      try read(#"{"GrantTokens": [null, ""]}"#) { input throws(AWSError) in try input.grantTokens() }
    }
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a String")) {
      try read(#"{"GrantTokens": [7]}"#) { input throws(AWSError) in try input.grantTokens() }
    }
  }

  @Test(
    "faults of the JSON itself say where",
    arguments: [
      (#"{"a": 1, "a": 2}"#, "Duplicate member at offset 12"), ("{", "Unexpected end of input at offset 1"),
      ("{} x", "Unexpected character after the end at offset 3"),
      ("nul", "Unexpected end of input at offset 3"),
      ("[01]", "Malformed number at offset 3"),
      (String(repeating: "[", count: 20), "Nesting too deep at offset 16"),
    ])
  func json(text: String, message: String) {
    do {
      _ = try Samples.json(text)
      Issue.record("this is no JSON")
    } catch let error as JSONError {
      #expect(AWSError.serialization(error) == AWSError("SerializationException", message))
    } catch {
      Issue.record(error)
    }
  }
}
