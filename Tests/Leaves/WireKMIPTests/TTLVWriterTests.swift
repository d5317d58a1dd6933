import KMSBytes
import Testing

@testable import WireKMIP

@Suite struct TTLVWriterTests {
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
    let document = try TTLVDocument(writer.bytes, limits: .wide)
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

  @Test func `the bytes are those of the specification's examples`() {
    var writer = TTLVWriter()
    writer.text(KMIPTag(0x420020), "Hello World")
    writer.enumeration(.operation, KMIP.Operation.encrypt)
    writer.mask(.cryptographicUsageMask, [.encrypt, .decrypt] as KMIP.CryptographicUsageMask)
    writer.bigInteger(.modulus, [])
    #expect(
      Hex.string(writer.bytes)
        == "420020070000000b48656c6c6f20576f726c640000000000" + "42005c05000000040000001f00000000"
        + "42002c02000000040000000c00000000" + "42005204000000080000000000000000")
  }

  @Test func `what is taken back is gone, and what stood before it stays`() {
    var writer = TTLVWriter()
    let mark = writer.open(.responseMessage)
    writer.integer(.batchCount, 1)
    let kept = writer.count
    writer.structure(.batchItem) { $0.text(.resultMessage, "much too long") }
    writer.takeBack(to: kept)
    writer.close(mark)
    #expect(Hex.string(writer.bytes) == "42007b010000001042000d02000000040000000100000000")
    writer.takeBack(to: 1000)
    #expect(writer.count == 24)
    writer.wipe()
    #expect(writer.bytes.isEmpty)
  }

  @Test func `what was finished is handed over`() {
    var writer = TTLVWriter()
    writer.boolean(.fresh, false)
    #expect(writer.finish().copy.count == 16)
  }
}
