import KMSDomain
import Testing

@Suite struct PolicyValueTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2020-02-29T23:59:59Z", 1_583_020_799_000),
    ("2020-02-29", 1_582_934_400_000),
    ("2020-02", 1_580_515_200_000), ("2020", 1_577_836_800_000), ("2030-01-01T00:00Z", 1_893_456_000_000),
    ("2030-01-01T01:30:00.25+01:30", 1_893_456_000_250), ("2029-12-31T19:00:00-05:00", 1_893_456_000_000),
    ("2030-01-01T00:00:00.123456Z", 1_893_456_000_123), ("1893456000", 1_893_456_000_000), ("0", 0),
    ("-1", -1000), ("1.5", 1500), ("-1.5", -1500), ("1969-12-31T23:59:59Z", -1000),
    ("2016-12-31T23:59:60Z", 1_483_228_799_000),
  ])
  func `moments as policies write them`(text: String, milliseconds: Int64) {
    #expect(Instant(policyDate: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "soon", "2030-13-01", "2030-02-30", "2029-02-29", "2030-1-1", "2030-01-01T24:00Z",
    "2030-01-01T00:60Z",
    "2030-01-01T00:00", "2030-01-01T00:00:61Z", "2030-01-01T00:00Z ", "2030-01-01T00:00:00.Z", "+5", "1.",
    ".5",
    "99999999999999999999", "2030-01-01T00:00+24:00", "2030-01-01Z",
  ])
  func `what is no moment`(text: String) {
    #expect(Instant(policyDate: text) == nil)
  }

  @Test func `a moment is written as it is read`() {
    for text in [
      "2020-02-29T23:59:59Z", "1969-12-31T23:59:59Z", "2000-03-01T00:00:00Z", "9999-12-31T23:59:59Z",
    ] {
      #expect(Instant(policyDate: text)?.policyDate == text)
    }
    #expect(Instant.distantFuture.policyDate.hasSuffix("Z"))
    #expect(Instant(milliseconds: .min).policyDate.hasSuffix("Z"))
  }

  @Test(arguments: [
    ("7", "7.0"), ("-0", "0"), ("+5", "5"), ("0.000000000001", "0.000000000001000".prefix(14).description),
    ("007", "7"),
  ])
  func `numbers that are the same`(one: String, other: String) {
    #expect(Decimal(one) != nil && Decimal(one) == Decimal(other))
  }

  @Test func `numbers are ordered`() {
    let ordered = ["-10", "-9.5", "-0.1", "0", "0.1", "9.5", "10", "999999999999999999999999"]
    let numbers = ordered.compactMap { Decimal($0) }
    #expect(numbers.count == ordered.count && numbers.sorted() == numbers)
  }

  @Test(arguments: [
    "", "-", "1e3", "1,5", "0x10", " 1", "1.", ".5", "1.2.3", "seven", "١", "0.0000000000001",
    "9999999999999999999999999",
  ])
  func `what is no number`(text: String) {
    #expect(Decimal(text) == nil)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
    ("10.1.2.3", "10.1.2.4", false), ("10.1.2.3/8", "10.9.9.9", true), ("0.0.0.0/0", "255.255.255.255", true),
    ("0.0.0.0/0", "::1", false), ("::/0", "10.0.0.1", false), ("::/0", "fe80::1", true),
    ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1", true),
    ("2001:db8:1234:5678::/64", "2001:db8:1234:5679::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ("::ffff:10.0.0.0/8", "10.1.1.1", true), ("2001:db8::1", "2001:0db8:0:0:0:0:0:1", true),
    ("203.0.113.0/31", "203.0.113.1", true), ("203.0.113.0/31", "203.0.113.2", false),
  ])
  func `addresses in ranges`(range: String, address: String, isIn: Bool) throws {
    #expect(try #require(AddressRange(range)).contains(try #require(Address(address))) == isIn)
  }

  @Test(arguments: [
    "", "unix", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.1.1", "10.0.0.", ":::", ":1", "1:",
    "1:2:3:4:5:6:7:",
    "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1.2.3.4::", "fe80::1%eth0",
    "1:2:3:4:5:6:7::8",
  ])
  func `what is no address`(text: String) {
    #expect(Address(text) == nil && AddressRange(text) == nil)
  }

  @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", "10.0.0.0/08", "/8"])
  func `what is no range`(text: String) {
    #expect(AddressRange(text) == nil)
  }

  @Test(arguments: [
    ("arn:*:kms:*:*:key/*", "arn:aws:kms:eu:1:key/a", true),
    ("arn:*:kms:*:key/*", "arn:aws:kms:eu:1:key/a", nil),
    ("a:*:b:c:d:e", "a:x:y:b:c:d:e", false), ("a:b:c:d:e:*", "a:b:c:d:e:f:g", true),
    ("*", "a:b:c:d:e:f", true),
    ("*", "a:b:c", false), ("a:b:c:d:e:f*", "a:b:c:d:e:f:g", true), ("a:?:c:d:e:f", "a:b:c:d:e:f", true),
    ("a:?:c:d:e:f", "a:bb:c:d:e:f", false),
    (
      "arn:aws:someservice:*:111122223333:finance/*",
      "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", false
    ),
  ])
  func `patterns in sections match each for itself`(pattern: String, name: String, matches: Bool?) {
    #expect(SectionedGlob(PatternBytes(wild: pattern), sections: 6)?.matches(name) == matches)
  }
}
