import KMSBytes
import Testing

@testable import WireKMIP

/// Values as XML and JSON spell them.
@Suite struct FormScalarTests {
  private func read(_ text: String, _ type: ItemType, _ tag: KMIPTag = .data) throws -> TTLVItem? {
    var writer = TTLVWriter()
    guard FormScalar.append(Array(text.utf8).span, type, tag, meaning: tag, to: &writer) else {
      #expect(writer.count == 0)
      return nil
    }
    return try TTLVDocument(writer.bytes, limits: .wide).root
  }

  @Test(arguments: [
    ("0", 0), ("-1", -1), ("2147483647", Int32.max), ("-2147483648", Int32.min), ("0x0", 0),
    ("0xffffffff", -1),
    ("0x7FFFFFFF", Int32.max), (" 12 ", 12), ("007", 7),
  ])
  func `integers are read`(text: String, value: Int32) throws {
    #expect(try read(text, .integer)?.integer == value)
  }

  @Test(arguments: [
    "", "-", "+1", "1.0", "1e3", "2147483648", "-2147483649", "0x", "0x100000000", "0X1", "1 2", "Encrypt",
    "0xg",
    "99999999999999999999", "-99999999999999999999", "--1",
  ])
  func `what is no integer is refused`(text: String) throws {
    #expect(try read(text, .integer)?.type == nil)
  }

  @Test(arguments: [
    ("Encrypt", 4), ("Encrypt Decrypt", 12), ("Encrypt|Decrypt", 12), (" encrypt\n 0x00000008 ", 12), ("", 0),
    ("ContentCommitment", 0x400), ("Sign | 0x80000000", Int32.min | 1),
  ])
  func `masks are read`(text: String, value: Int32) throws {
    #expect(try read(text, .integer, .cryptographicUsageMask)?.integer == value)
  }

  @Test func `a mask with a bit that nobody knows is refused`() throws {
    #expect(try read("Encrypt Bake", .integer, .cryptographicUsageMask)?.type == nil)
    #expect(try read("Encrypt", .integer, .storageStatusMask)?.type == nil)
  }

  @Test func `long integers are read`() throws {
    #expect(try read("-9223372036854775808", .longInteger)?.longInteger == Int64.min)
    #expect(try read("9223372036854775807", .longInteger)?.longInteger == Int64.max)
    #expect(try read("0xffffffffffffffff", .longInteger)?.longInteger == -1)
    #expect(try read("9223372036854775808", .longInteger)?.type == nil)
    #expect(try read("0x10000000000000000", .longInteger)?.type == nil)
  }

  @Test func `enumerations are read by name, in hex and in decimal`() throws {
    for text in ["AES", "aes", "0x00000003", "0x3", "3"] {
      #expect(try read(text, .enumeration, .cryptographicAlgorithm)?.enumeration == 3)
    }
    #expect(try read("0xffffffff", .enumeration)?.enumeration == UInt32.max)
    for text in ["", "-1", "4294967296", "AES"] {
      #expect(try read(text, .enumeration, .state)?.type == nil)
    }
  }

  @Test func `booleans are read`() throws {
    for text in ["true", "TRUE", "1", "0x0000000000000001"] {
      #expect(try read(text, .boolean)?.boolean == true)
    }
    for text in ["false", "False", "0", "0x0"] { #expect(try read(text, .boolean)?.boolean == false) }
    for text in ["", "yes", "2", "t", "-1"] { #expect(try read(text, .boolean)?.type == nil) }
  }

  @Test func `bytes are read, also in lines`() throws {
    #expect(try read("", .byteString)?.byteString == [])
    #expect(try read("0aFF", .byteString)?.byteString == [10, 255])
    #expect(try read(" 0a\n  ff ", .byteString)?.byteString == [10, 255])
    for text in ["0", "0x00", "zz", "0a f", "é"] { #expect(try read(text, .byteString)?.type == nil) }
  }

  @Test func `big integers are read and their sign extended`() throws {
    #expect(try read("0x80", .bigInteger)?.bigInteger == [255, 255, 255, 255, 255, 255, 255, 128])
    #expect(try read("000000000000000001", .bigInteger)?.bigInteger?.count == 16)
    for text in ["", "0x", "0x1", "-1"] { #expect(try read(text, .bigInteger)?.type == nil) }
  }

  @Test func `intervals are read`() throws {
    #expect(try read("4294967295", .interval)?.interval == UInt32.max)
    #expect(try read("0xe10", .interval)?.interval == 3600)
    for text in ["-1", "4294967296", ""] { #expect(try read(text, .interval)?.type == nil) }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00+00:00", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00", 0),
    ("1970-01-01t01:00:00.999+01:00", 0), ("1969-12-31T19:00:00-0500", 0),
    ("2012-04-27T08:12:22+00:00", 1_335_514_342),
    ("2000-02-29T00:00:00Z", 951_782_400), ("0001-01-01T00:00:00Z", -62_135_596_800),
    ("9999-12-31T23:59:59Z", 253_402_300_799), ("1969-12-31T23:59:59.5Z", -1),
    ("0x7fffffffffffffff", Int64.max),
    ("0x000000004f9a54e5", 0x4f9a_54e5), ("-5", -5),
  ])
  func `points in time are read`(text: String, seconds: Int64) throws {
    #expect(try read(text, .dateTime)?.dateTime == seconds)
  }

  @Test(arguments: [
    "", "2012-04", "2012-04-27", "2012-04-27T08:12", "2012-04-27T08:12:2", "2012-04-27T08:12:22+",
    "2012-04-27T08:12:22+1",
    "2012-04-27T08:12:22+01", "2012-04-27T08:12:22+01:0", "2012-04-27T08:12:22+24:00",
    "2012-04-27T08:12:22+01:60",
    "2012-04-27T08:12:22Zx", "2012-04-27T08:12:22.Z", "2012-04-27T08:12:22.", "2012-00-27T08:12:22Z",
    "2012-13-27T08:12:22Z", "2012-04-00T08:12:22Z", "2012-04-31T08:12:22Z", "2011-02-29T08:12:22Z",
    "1900-02-29T08:12:22Z", "2012-04-27T24:00:00Z", "2012-04-27T08:60:00Z", "2012-04-27T08:12:60Z",
    "0000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "2012-04-27 08:12:22Z", "2012-4-27T008:12:22Z",
    "2012-04-27T08:12:-1Z", "2012-04-27T08:12:22+-1:00", "20120427T081222Z....",
  ])
  func `what is no point in time is refused`(text: String) throws {
    #expect(try read(text, .dateTime)?.type == nil)
  }

  @Test func `microseconds are read and written`() throws {
    #expect(try read("1970-01-01T00:00:01.5Z", .dateTimeExtended)?.dateTimeExtended == 1_500_000)
    #expect(try read("1970-01-01T00:00:00.1234567Z", .dateTimeExtended)?.dateTimeExtended == 123_456)
    #expect(try read("1500000", .dateTimeExtended)?.dateTimeExtended == 1_500_000)
  }

  @Test func `every day is read as it was written`() throws {
    var text: [UInt8] = []
    for seconds in stride(from: Int64(-62_135_596_800), through: 253_402_300_799, by: 86_400 * 97 + 3671) {
      text.removeAll(keepingCapacity: true)
      #expect(FormInstant.append(seconds: seconds, to: &text))
      #expect(FormInstant.microseconds(text.span) == seconds * 1_000_000)
    }
    text = []
    #expect(!FormInstant.append(seconds: 253_402_300_800, to: &text) && text.isEmpty)
    #expect(!FormInstant.append(seconds: -62_135_596_801, to: &text) && text.isEmpty)
  }
}
