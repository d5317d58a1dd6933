import KMSBytes
import Testing

@testable import WireKMIP

/// Hex with spaces where a reader wants them.
private func bytes(_ hex: String) -> [UInt8] { Hex.bytes(hex.filter { $0 != " " }) ?? [] }

@Suite struct TTLVReaderTests {
  private static let limits = TTLVDocument.Limits(bytes: 200, depth: 3, items: 6)

  private func error(_ hex: String) -> TTLVError? { error(bytes(hex)) }

  private func error(_ bytes: [UInt8], limits: TTLVDocument.Limits = limits) -> TTLVError? {
    do throws(TTLVError) {
      _ = try TTLVDocument(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  // The examples of KMIP 2.1 section 10.1.
  @Test func `each type is read`() throws {
    #expect(try read("420020 02 00000004 0000000800000000").integer == 8)
    #expect(try read("420020 03 00000008 01B69B4BA5749200").longInteger == 123_456_789_000_000_000)
    #expect(try read("420020 04 00000010 0000000003FD35EB6BC2DF4618080000").bigInteger?.count == 16)
    #expect(try read("420020 05 00000004 000000FF00000000").enumeration == 255)
    #expect(try read("420020 06 00000008 0000000000000001").boolean == true)
    #expect(try read("420020 07 0000000B 48656C6C6F20576F726C640000000000").text == "Hello World")
    #expect(try read("420020 08 00000003 0102030000000000").byteString == [1, 2, 3])
    #expect(try read("420020 09 00000008 0000000047DA67F8").dateTime == 1_205_495_800)
    #expect(try read("420020 0A 00000004 000D2F0000000000").interval == 864_000)
    let structure = try read(
      "420020 01 00000020 420004 05 00000004 000000FE00000000 420005 02 00000004 000000FF00000000")
    #expect(structure.children.map(\.tag.rawValue) == [0x420004, 0x420005])
    #expect(structure[KMIPTag(0x420005)]?.integer == 255)
    #expect(structure.byteCount == 32)
    #expect(structure.children.map(\.place) == [8..<24, 24..<40])
  }

  private func read(_ hex: String) throws -> TTLVItem {
    try TTLVDocument(bytes(hex), limits: Self.limits).root
  }

  @Test func `a value is nil when it is asked for as another type`() throws {
    let item = try read("420020 02 00000004 0000000800000000")
    #expect(item.longInteger == nil && item.enumeration == nil && item.boolean == nil && item.text == nil)
    #expect(item.byteString == nil && item.bigInteger == nil && item.dateTime == nil && item.interval == nil)
    #expect(item.dateTimeExtended == nil && item.children.map(\.tag).isEmpty)
  }

  @Test(arguments: [
    ("", TTLVError.Reason.truncated), ("420020 02 000000", .truncated),
    ("420020 02 00000004 00000008", .truncated), ("420020 08 7FFFFFFF 00", .truncated),
    ("420020 08 FFFFFFFF 0000000000000000", .truncated),
    ("420020 08 FFFFFFF9 0000000000000000", .truncated),
    ("420020 01 00000008 420020 02 00000004", .truncated),
    ("420020 02 00000004 0000000800000000 00", .trailingBytes),
    ("420020 01 00000000 420020 01 00000000", .trailingBytes),
    ("410020 02 00000004 0000000800000000", .invalidTag),
    ("000000 02 00000004 0000000800000000", .invalidTag),
    ("420020 00 00000004 0000000800000000", .unknownType),
    ("420020 0C 00000004 0000000800000000", .unknownType),
    ("420020 02 00000008 0000000800000000", .wrongLength),
    ("420020 03 00000004 0000000800000000", .wrongLength),
    ("420020 05 00000003 0000000800000000", .wrongLength),
    ("420020 06 00000001 0100000000000000", .wrongLength),
    ("420020 09 00000004 0000000800000000", .wrongLength),
    ("420020 0A 00000008 0000000800000000", .wrongLength),
    ("420020 0B 00000004 0000000800000000", .wrongLength),
    ("420020 04 00000004 0000000800000000", .wrongLength),
    ("420020 04 00000000", .wrongLength), ("420020 01 00000004 0000000000000000", .wrongLength),
    ("420020 02 00000004 0000000800000001", .paddingNotZero),
    ("420020 05 00000004 0000000801000000", .paddingNotZero),
    ("420020 0A 00000004 0000000800010000", .paddingNotZero),
    ("420020 07 00000001 4100000000000001", .paddingNotZero),
    ("420020 08 00000007 4100000000000001", .paddingNotZero),
    ("420020 06 00000008 0000000000000002", .notBoolean),
    ("420020 06 00000008 0100000000000000", .notBoolean),
    ("420020 07 00000001 FF00000000000000", .malformedText),
    ("420020 07 00000002 C080000000000000", .malformedText),
    ("420020 07 00000003 EDA0800000000000", .malformedText),
    ("420020 07 00000003 4100420000000000", .malformedText),
    ("420020 01 00000010 420020 01 00000010 420020 01 00000000 00000000", .overrun),
    ("420020 01 00000008 420020 02 00000004 0000000800000000", .overrun),
    ("420020 01 00000018 420020 02 00000004 0000000800000000 420020 02 00000000", .wrongLength),
    ("420020 01 00000010 420020 01 00000010 0000000000000000 0000000000000000", .overrun),
  ])
  func `what is not strict TTLV is refused`(hex: String, reason: TTLVError.Reason) {
    #expect(error(hex)?.reason == reason)
  }

  @Test func `an error says where and under which tag`() {
    let error = error(
      "420078 01 00000020 420020 02 00000004 0000000800000000 420021 06 00000008 0000000000000002")
    #expect(error == TTLVError(.notBoolean, at: 24, tag: KMIPTag(0x420021)))
  }

  @Test func `more than the limits allow is refused`() {
    var nested = TTLVWriter()
    nested.structure(.attribute) { $0.structure(.attribute) { $0.structure(.attribute) { _ in } } }
    #expect(error(nested.bytes) == nil)
    var deeper = TTLVWriter()
    deeper.structure(.attribute) { outer in
      outer.structure(.attribute) { $0.structure(.attribute) { $0.structure(.attribute) { _ in } } }
    }
    #expect(error(deeper.bytes)?.reason == .tooDeep)
    var many = TTLVWriter()
    many.structure(.attribute) { many in for _ in 0..<5 { many.integer(.attributeIndex, 1) } }
    #expect(error(many.bytes) == nil)
    var tooMany = TTLVWriter()
    tooMany.structure(.attribute) { many in for _ in 0..<6 { many.integer(.attributeIndex, 1) } }
    #expect(error(tooMany.bytes)?.reason == .tooManyItems)
    var long = TTLVWriter()
    long.byteString(.data, [UInt8](repeating: 1, count: 192))
    #expect(error(long.bytes) == nil)
    var tooLong = TTLVWriter()
    tooLong.byteString(.data, [UInt8](repeating: 1, count: 193))
    #expect(error(tooLong.bytes)?.reason == .tooLarge)
  }

  @Test func `a bomb of nested structures costs a limit, not the stack`() {
    let levels = 100_000
    var bomb: [UInt8] = []
    for level in 0..<levels {
      bomb += [0x42, 0, 8, 1]
      let length = UInt32(8 * (levels - 1 - level))
      bomb += (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) }
    }
    let open = TTLVDocument.Limits(bytes: Int.max, depth: Int.max, items: Int.max)
    #expect(error(bomb, limits: open) == nil)
    #expect(error(bomb, limits: .wide)?.reason == .tooDeep)
  }

  @Test func `structures of structures end where they say`() throws {
    var writer = TTLVWriter()
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { header in
        header.structure(.protocolVersion) { _ in }
        header.integer(.batchCount, 2)
      }
      message.structure(.batchItem) { $0.enumeration(KMIP.Operation.ping) }
      message.structure(.batchItem) { $0.structure(.requestPayload) { _ in } }
    }
    let root = try TTLVDocument(writer.bytes, limits: .wide).root
    #expect(root[.requestHeader]?[.batchCount]?.integer == 2)
    #expect(root[.requestHeader]?[.protocolVersion]?.children.map(\.tag) == [])
    #expect(root.all(.batchItem).count == 2)
    #expect(root.all(.batchItem).first?[.operation]?.enumeration() == KMIP.Operation.ping)
    #expect(root.all(.batchItem).last?[.requestPayload]?.isStructure == true)
  }
}
