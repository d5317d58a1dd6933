import KMSBytes
import Testing

@testable import WireKMIP

@Suite struct TTLVWriterTests {
  private static let limits = TTLVDocument.Limits(bytes: 4096, depth: 8, items: 100)

  @Test func `every type is written with its length and padding, and read as it was`() throws {
    var writer = TTLVWriter(capacity: 1)
    writer.structure(.attributes) { writer in
      writer.integer(.cryptographicLength, -2)
      writer.longInteger(.usageLimitsTotal, Int64.min)
      writer.bigInteger(.modulus, [0x80, 1])
      writer.enumeration(.objectType, 0x8000_0001)
      writer.boolean(.fresh, true)
      writer.text(.nameValue, "Grüße")
      writer.byteString(.keyMaterial, [1, 2, 3])
      writer.dateTime(.initialDate, -1)
      writer.interval(.leaseTime, UInt32.max)
      writer.dateTimeExtended(.submissionDate, 1)
    }
    let document = try TTLVDocument(writer.bytes, limits: Self.limits)
    let items = Array(document.root.children)
    #expect(items.map(\.type) == ItemType.allCases.filter { $0 != .structure })
    #expect(items[0].integer == -2)
    #expect(items[1].longInteger == Int64.min)
    #expect(items[2].bigInteger == [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 1])
    #expect(items[3].enumeration == 0x8000_0001)
    #expect(items[4].boolean == true)
    #expect(items[5].text == "Grüße")
    #expect(items[6].byteString == [1, 2, 3])
    #expect(items[7].dateTime == -1)
    #expect(items[8].interval == UInt32.max)
    #expect(items[9].dateTimeExtended == 1)
    #expect(document.root[.nameValue]?.text == "Grüße")
    #expect(document.root[.name]?.text == nil)
  }
}
