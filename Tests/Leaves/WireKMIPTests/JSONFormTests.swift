import KMSBytes
import Testing

@testable import WireKMIP

@Suite struct JSONFormTests {
  private static let limits = TTLVDocument.Limits(bytes: 2000, depth: 3, items: 6)

  private func reason(_ text: String) -> KMIPFormError.Reason? {
    do throws(KMIPFormError) {
      _ = try JSONForm.decode(WipedBytes(Array(text.utf8)), limits: Self.limits)
      return nil
    } catch {
      return error.reason
    }
  }

  private func item(_ text: String, names: KMIPFormNames = .standard) throws -> TTLVItem {
    let bytes = try JSONForm.decode(WipedBytes(Array(text.utf8)), limits: .wide, names: names)
    return try TTLVDocument(bytes, limits: .wide).root
  }

  @Test func `objects are read in any order of members, with or without a type for structures`() throws {
    let root = try item(
      """
      {"value":[{"type":"Boolean","tag":"Fresh","value":true},
        {"tag":"CryptographicUsageMask","type":"Integer","value":"Encrypt|0x00000008"},
        {"tag":"0x540001","name":"mine","type":"TextString","value":"\\u03a9\\n"},
        {"tag":"BatchCount","type":"Integer","value":"0xffffffff"},
        {"tag":"UsageLimitsTotal","type":"LongInteger","value":"0x8000000000000000"},
        {"tag":"LeaseTime","type":"Interval","value":3600},
        {"tag":"IvCounterNonce","type":"ByteString","value":"00FFaa"},
        {"tag":"Modulus","type":"BigInteger","value":"0xff"},
        {"tag":"InitialDate","type":"DateTime","value":"2012-04-27T10:12:22+02:00"},
        {"tag":"RequestPayload","value":null},{"tag":"Name"},{"tag":"Link","type":"Structure","value":[]}],
        "tag":"Attributes"}
      """)
    #expect(root[.fresh]?.boolean == true)
    #expect(root[.cryptographicUsageMask]?.integer == 12)
    #expect(root[KMIPTag(0x540001)]?.text == "Ω\n")
    #expect(root[.batchCount]?.integer == -1)
    #expect(root[.usageLimitsTotal]?.longInteger == Int64.min)
    #expect(root[.leaseTime]?.interval == 3600)
    #expect(root[.ivCounterNonce]?.byteString == [0, 0xff, 0xaa])
    #expect(root[.modulus]?.bigInteger == [UInt8](repeating: 0xff, count: 8))
    #expect(root[.initialDate]?.dateTime == 1_335_514_342)
    for tag: KMIPTag in [.requestPayload, .name, .link] { #expect(root[tag]?.byteCount == 0) }
  }

  @Test(arguments: [
    ("", KMIPFormError.Reason.malformedJSON), ("[]", .malformedJSON), ("1", .malformedJSON),
    ("{}", .malformedJSON),
    (#"{"tag":1}"#, .malformedJSON), (#"{"tag":"Name","tag":"Name"}"#, .malformedJSON),
    (#"{"tag":"Name","other":1}"#, .malformedJSON), (#"{"tag":"Name","value":[1]}"#, .malformedJSON),
    (#"{"tag":"Nothing"}"#, .unknownTag), (#"{"tag":"0x410001"}"#, .unknownTag),
    (#"{"tag":"0x"}"#, .unknownTag),
    (#"{"tag":"Name","type":"Text"}"#, .unknownType), (#"{"tag":"Name","type":1}"#, .unknownType),
    (#"{"tag":"Name","value":{}}"#, .misplacedValue), (#"{"tag":"Name","value":"x"}"#, .misplacedValue),
    (#"{"tag":"State","type":"Enumeration"}"#, .malformedValue),
    (#"{"tag":"State","type":"Enumeration","value":null}"#, .malformedValue),
    (#"{"tag":"State","type":"Enumeration","value":[]}"#, .malformedValue),
    (#"{"tag":"State","type":"Enumeration","value":1.0}"#, .malformedValue),
    (#"{"tag":"State","type":"Enumeration","value":true}"#, .malformedValue),
    (#"{"tag":"NameValue","type":"TextString","value":1}"#, .malformedValue),
    (#"{"tag":"NameValue","type":"TextString","value":"\u0000"}"#, .malformedValue),
    (#"{"tag":"Data","type":"ByteString","value":12}"#, .malformedValue),
    (#"{"tag":"D","type":"BigInteger","value":12}"#, .malformedValue),
    (#"{"tag":"Fresh","type":"Boolean","value":1}"#, .malformedValue),
    (#"{"tag":"Name","value":[{"tag":"X","value":[{"tag":"Y","value":[{"tag":"D"}]}]}]}"#, .tooDeep),
    (
      #"{"tag":"Name","value":[{"tag":"X"},{"tag":"X"},{"tag":"X"},{"tag":"X"},{"tag":"X"},{"tag":"X"}]}"#,
      .tooManyItems
    ),
    (
      #"{"tag":"Data","type":"ByteString","value":""# + String(repeating: "0", count: 2000) + #""}"#,
      .tooLarge
    ),
    (String(repeating: "[", count: 100), .tooDeep),
    (#"{"tag":"Name","value":["# + String(repeating: "{},", count: 100) + "{}]}", .tooManyItems),
  ])
  func `what is no message is refused`(text: String, expected: KMIPFormError.Reason) {
    #expect(reason(text) == expected)
  }

  @Test func `a message is written with names, and with hex where numbers aren't exact`() throws {
    var writer = TTLVWriter()
    writer.structure(.requestPayload) { payload in
      payload.integer(.cryptographicUsageMask, 12)
      payload.integer(.cryptographicUsageMask, 0)
      payload.integer(.cryptographicUsageMask, 1 << 30)
      payload.longInteger(.usageLimitsTotal, (1 << 52) - 1)
      payload.longInteger(.usageLimitsTotal, 1 << 52)
      payload.enumeration(.state, 0x8000_0001)
      payload.byteString(.ivCounterNonce, [0xab])
      payload.bigInteger(.modulus, [1])
      payload.text(.nameValue, "\"\u{1}é")
      payload.dateTimeExtended(.submissionDate, -1)
      payload.dateTime(.initialDate, Int64.max)
    }
    let root = try TTLVDocument(writer.bytes, limits: .wide).root
    let values = String(decoding: JSONForm.encode(root), as: UTF8.self).split(separator: "\"value\":")
      .dropFirst(2)
    #expect(
      values.map { $0.split(separator: "}")[0] } == [
        #""Encrypt|Decrypt""#, "0", "1073741824", "4503599627370495", #""0x0010000000000000""#,
        #""0x80000001""#,
        #""ab""#, #""0x0000000000000001""#, #""\"\u0001é""#, #""1969-12-31T23:59:59.999999+00:00""#,
        #""0x7fffffffffffffff""#,
      ])
  }

  @Test func `a dialect's names and hex are written and read`() throws {
    let vendorAttributes = KMIPTag(0x54_00f0)
    let names = KMIPFormNames(adding: [
      ("VendorAttributes", vendorAttributes), ("IvCounterNonce", .ivCounterNonce),
    ])
    let style = JSONForm.Style(names: names, hasUppercaseHex: true, hasHexLongIntegers: true)
    var writer = TTLVWriter()
    writer.structure(vendorAttributes) { outer in
      outer.byteString(.ivCounterNonce, [0xab])
      outer.longInteger(.usageLimitsTotal, 16)
    }
    let text = JSONForm.encode(try TTLVDocument(writer.bytes, limits: .wide).root, style: style)
    #expect(
      String(decoding: text, as: UTF8.self)
        == #"{"tag":"VendorAttributes","type":"Structure","value":["#
        + #"{"tag":"IvCounterNonce","type":"ByteString","value":"AB"},"#
        + #"{"tag":"UsageLimitsTotal","type":"LongInteger","value":"0x0000000000000010"}]}"#)
    let root = try item(String(decoding: text, as: UTF8.self), names: names)
    #expect(root.withEncoding { $0.bytesCopy } == writer.bytes)
    #expect(reason(String(decoding: text, as: UTF8.self)) == .unknownTag)
  }
}
