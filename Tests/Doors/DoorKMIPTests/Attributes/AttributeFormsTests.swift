import KMSDomain
import KMSTestKit
import Testing
import WireKMIP

@testable import DoorKMIP

/// The same attributes in the forms of 1.x and of 2.x.
struct AttributeFormsTests {
  private static var list: AttributeList {
    var list = AttributeList()
    list.addName("key")
    list.addName("another")
    list.set(KMIP.CryptographicAlgorithm.aes)
    list.set(.cryptographicUsageMask, to: Int32(12))
    list.set(.activationDate, to: Fixtures.start)
    list.addLink(.replacedObjectLink, to: "other")
    list.addCustom("Purpose", "demonstration")
    list.addVendors("x", "Number") { $0.longInteger(.attributeValue, 7) }
    return list
  }

  private static func written(_ list: AttributeList, _ version: KMIPVersion) throws -> TTLVItem {
    let container: KMIPTag = version < .v2_0 ? .templateAttribute : .attributes
    let bytes = AttributeList.item { AttributeWriter.write(list, in: container, version, into: &$0) }
    return try TTLVDocument(bytes, limits: KMIPDoor.limits).root
  }

  @Test(arguments: KMIPVersion.known)
  func `what is written in a version is read in it as it was`(version: KMIPVersion) throws {
    #expect(try AttributeReader.read(Self.written(Self.list, version), version) == Self.list)
  }

  @Test(arguments: KMIPVersion.known)
  func `notes are read as they were written, and nothing else is read`(version: KMIPVersion) {
    let notes = Self.list.notes
    #expect(AttributeList(notes: notes) == Self.list)
    for count in notes.indices { #expect(AttributeList(notes: Array(notes.prefix(count))) == nil) }
  }

  @Test func `an index stays with its value`() {
    var list = Self.list
    list.remove(AttributeName(.name), index: 0)
    #expect(list.all(.name).map(\.index) == [1])
    list.addName("third")
    #expect(list.all(.name).map(\.index) == [1, 2])
    list.remove(.name)
    list.addName("fourth")
    #expect(list.all(.name).map(\.index) == [0])
  }

  /// Attribute, field and value, each with the version that has it first.
  @Test func `what a version lacks isn't sent`() throws {
    func names(_ version: KMIPVersion, _ body: (inout AttributeList) -> Void) throws -> [KMIPTag] {
      var list = AttributeList()
      body(&list)
      return try AttributeReader.read(Self.written(list, version), version).instances.map(\.tag)
    }
    #expect(try names(.v1_0) { $0.set(.fresh, to: true) } == [])
    #expect(try names(.v1_1) { $0.set(.fresh, to: true) } == [.fresh])
    #expect(try names(.v1_4) { $0.set(.operationPolicyName, to: "default") } == [.operationPolicyName])
    #expect(try names(.v2_0) { $0.set(.operationPolicyName, to: "default") } == [])
    #expect(try names(.v1_3) { $0.addLink(.pkcs12CertificateLink, to: "other") } == [])
    #expect(try names(.v1_4) { $0.addLink(.pkcs12CertificateLink, to: "other") } == [.link])
    #expect(try names(.v1_4) { $0.addVendors("ACME", "Purpose") { $0.text(.attributeValue, "a") } } == [])
    #expect(try names(.v2_0) { $0.set(KMIP.KeyFormatType.raw) } == [.keyFormatType])
    #expect(try names(.v1_4) { $0.set(KMIP.KeyFormatType.raw) } == [])
    #expect(try names(.v2_1) { $0.set(.state) { $0.enumeration(.state, 0x8000_0001) } } == [.state])
  }

  @Test(arguments: [
    (KMIPVersion.v1_0, [KMIPTag.blockCipherMode]), (.v1_1, [.blockCipherMode]),
    (.v1_2, [.blockCipherMode, .cryptographicAlgorithm, .randomIV]),
    (.v1_4, [.blockCipherMode, .cryptographicAlgorithm, .randomIV, .saltLength]),
  ])
  func `a structure has the fields that it has in the version`(version: KMIPVersion, fields: [KMIPTag]) throws
  {
    var list = AttributeList()
    list.add(.cryptographicParameters) { writer in
      writer.structure(.cryptographicParameters) { writer in
        writer.enumeration(KMIP.BlockCipherMode.cbc)
        writer.enumeration(KMIP.CryptographicAlgorithm.aes)
        writer.boolean(.randomIV, true)
        writer.integer(.saltLength, 20)
      }
    }
    let read = try AttributeReader.read(Self.written(list, version), version)
    #expect(read.value(.cryptographicParameters)?.children.map(\.tag) == fields)
  }

  @Test func `a value of another type, a tag that is no attribute and a missing value are refused`() throws {
    func read(_ version: KMIPVersion, _ body: (inout TTLVWriter) -> Void) throws -> AttributeList {
      let bytes = AttributeList.item { writer in writer.structure(.attributes, body) }
      return try AttributeReader.read(TTLVDocument(bytes, limits: KMIPDoor.limits).root, version)
    }
    func attribute(_ name: String?, _ value: @escaping (inout TTLVWriter) -> Void)
      -> (inout TTLVWriter) -> Void
    {
      { writer in
        writer.structure(.attribute) { writer in
          if let name { writer.text(.attributeName, name) }
          value(&writer)
        }
      }
    }
    #expect(throws: KMIPFault.self) { try read(.v2_1) { $0.text(.state, "Active") } }
    #expect(throws: KMIPFault.self) { try read(.v2_1) { $0.text(.username, "nobody") } }
    #expect(throws: KMIPFault.self) { try read(.v2_1) { $0.text(.operationPolicyName, "default") } }
    #expect(throws: KMIPFault.self) {
      try read(.v1_4, attribute("State") { $0.text(.attributeValue, "Active") })
    }
    #expect(throws: KMIPFault.self) { try read(.v1_4, attribute("State") { _ in }) }
    #expect(throws: KMIPFault.self) {
      try read(.v1_0, attribute("Fresh") { $0.boolean(.attributeValue, true) })
    }
    #expect(try read(.v1_4, attribute(nil) { $0.text(.attributeValue, "nothing") }).isEmpty)
  }
}
