import KMSBytes
import Testing

@testable import WireKMIP

@Suite struct XMLFormTests {
  private static let limits = TTLVDocument.Limits(bytes: 2000, depth: 3, items: 6)

  private func reason(_ text: String) -> KMIPFormError.Reason? { reason(Array(text.utf8)) }

  private func reason(_ text: [UInt8]) -> KMIPFormError.Reason? {
    do throws(KMIPFormError) {
      _ = try XMLForm.decode(WipedBytes(text), limits: Self.limits)
      return nil
    } catch {
      return error.reason
    }
  }

  private func item(_ text: String, limits: TTLVDocument.Limits = .wide) throws -> TTLVItem {
    try TTLVDocument(XMLForm.decode(WipedBytes(Array(text.utf8)), limits: limits), limits: .wide).root
  }

  private func value(_ type: String, _ value: String, tag: String = "Data") throws -> TTLVItem {
    try item("<\(tag) type=\"\(type)\" value=\"\(value)\"/>")
  }

  @Test func `elements, comments, space and a declaration are read`() throws {
    let root = try item(
      """
      \u{feff}<?xml version="1.0" encoding="UTF-8" standalone='yes'?>
      <!-- before -->
      <Attributes xmlns="urn:oasis:tc:kmip:xmlns" type="Structure">
        <Fresh value='true' type='Boolean'></Fresh><!---->
        <ObjectType type = "Enumeration"  value="SymmetricKey" />
        <TTLV tag="0x540001" name="mine" type="TextString" value="a&amp;&lt;&gt;&quot;&apos;&#937;&#x3A9;"/>
        <TTLV tag="State" type="Enumeration" value="0x00000002"/>
        <RequestPayload/>
      </Attributes >
      <!-- after -->

      """)
    #expect(root.tag == .attributes)
    #expect(root[.fresh]?.boolean == true)
    #expect(root[.objectType]?.enumeration() == KMIP.ObjectType.symmetricKey)
    #expect(root[KMIPTag(0x540001)]?.text == "a&<>\"'ΩΩ")
    #expect(root[.state]?.enumeration() == KMIP.State.active)
    #expect(root[.requestPayload]?.byteCount == 0)
  }

  @Test func `the namespace may have a prefix, which the root declares`() throws {
    let root = try item(
      "<k:Attributes xmlns:k='urn:oasis:tc:kmip:xmlns' xmlns:x='urn:x' x:y='z'><k:Name/><Name/></k:Attributes>"
    )
    #expect(root.all(.name).count == 2)
    #expect(reason("<k:Attributes/>") == .unknownTag)
    #expect(reason("<k:Attributes xmlns:k='urn:other'/>") == .unknownTag)
    #expect(reason("<Attributes xmlns='urn:other'/>") == .unknownTag)
    #expect(reason("<Attributes><k:Name xmlns:k='urn:oasis:tc:kmip:xmlns'/></Attributes>") == .unknownTag)
  }

  @Test(arguments: [
    "", "   ", "<!-- -->", "<", "<Name", "<Name/", "<Name></Name", "<Name></Names>", "<Name>", "</Name>",
    "<Name/>x",
    "x<Name/>", "<Name/><Name/>", "<Name>text</Name>", "<Name><![CDATA[x]]></Name>", "<Name><?pi x?></Name>",
    "<?pi?><Name/>", " <?xml version='1.0'?><Name/>", "<?xml?><Name/>", "<?xml version='1.1'?><Name/>",
    "<?xml version='1.0' encoding='UTF-16'?><Name/>", "<?xml version='1.0' other='x'?><Name/>",
    "<?xml encoding='UTF-8'?><Name/>", "<Name><!-- -- --></Name>", "<Name><!--></Name>",
    "<Name><!--->--></Name",
    "<1Name/>", "<Näme/>", "<Name a='1' a='2'/>", "<Name a='1'b='2'/>", "<Name a=1/>", "<Name a/>",
    "<Name a='1/>",
    "<Name a='<'/>", "<Name a='\u{1}'/>", "<Name a='1' / >", "< Name/>", "<Name ></ Name>",
    "<Name><!-- \u{1} --></Name>",
  ])
  func `what is not well-formed is refused`(text: String) {
    #expect(reason(text) == .malformedXML)
  }

  @Test(arguments: [
    "&", "&;", "&amp", "&nbsp;", "&#;", "&#x;", "&#0;", "&#8;", "&#xD800;", "&#x110000;", "&#xFFFF;", "&#-1;",
    "&#+65;", "&#99999999999;", "&#X41;", "&#1A;", "&AMP;",
  ])
  func `references that stand for nothing are refused`(text: String) {
    #expect(reason("<NameValue type='TextString' value='\(text)'/>") == .malformedXML)
  }

  @Test func `a document type is refused, whatever it says`() {
    #expect(reason("<!DOCTYPE x [<!ENTITY a 'aaaa'>]><Name/>") == .documentType)
    #expect(reason("<!DOCTYPE html><Name/>") == .documentType)
    #expect(reason("<Name><!DOCTYPE html></Name>") == .documentType)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(
      reason(Array("<NameValue type='TextString' value='".utf8) + [0xff] + Array("'/>".utf8)) == .malformedXML
    )
    #expect(reason([0xff, 0xfe, 0x3c, 0x00]) == .malformedXML)
  }

  @Test(arguments: [
    ("<Nothing/>", KMIPFormError.Reason.unknownTag), ("<TTLV/>", .unknownTag),
    ("<TTLV tag='0x410001'/>", .unknownTag),
    ("<TTLV tag='0x4200010'/>", .unknownTag), ("<TTLV tag='nothing'/>", .unknownTag),
    ("<Name type='Text'/>", .unknownType), ("<Name type=''/>", .unknownType),
    ("<Name value='x'/>", .misplacedValue),
    ("<State type='Enumeration' value='1'><Name/></State>", .misplacedValue),
    ("<State type='Enumeration'/>", .malformedValue),
    ("<State type='Enumeration' value='Asleep'/>", .malformedValue),
    ("<Name><Name><Name><Name/></Name></Name></Name>", .tooDeep),
    ("<Name><Name/><Name/><Name/><Name/><Name/><Name/></Name>", .tooManyItems),
    ("<Data type='ByteString' value='" + String(repeating: "0", count: 2000) + "'/>", .tooLarge),
  ])
  func `what is no message is refused`(text: String, expected: KMIPFormError.Reason) {
    #expect(reason(text) == expected)
  }

  @Test func `space in values becomes blanks unless it is written as a reference`() throws {
    #expect(try value("TextString", "a\tb\r\nc\rd\ne&#9;&#10;&#13;f").text == "a b c d e\t\n\rf")
  }

  @Test func `characters that XML lacks are written as the replacement character`() throws {
    var writer = TTLVWriter()
    writer.text(.nameValue, "a\u{1}b\u{ffff}\t")
    let root = try TTLVDocument(writer.bytes, limits: .wide).root
    #expect(
      String(decoding: XMLForm.encode(root), as: UTF8.self)
        == "<NameValue type=\"TextString\" value=\"a\u{fffd}b\u{fffd}&#9;\"/>")
  }

  @Test func `a message is written as the profile shows it`() throws {
    var writer = TTLVWriter()
    writer.structure(.requestPayload) { payload in
      payload.structure(.templateAttribute) { template in
        template.structure(.attribute) { attribute in
          attribute.text(.attributeName, "Cryptographic Usage Mask")
          attribute.integer(.attributeValue, 12)
        }
        template.structure(.attribute) { attribute in
          attribute.text(.attributeName, "Cryptographic Algorithm")
          attribute.enumeration(.attributeValue, 3)
        }
      }
      payload.enumeration(.attributeReference, KMIPTag.state.rawValue)
      payload.dateTime(.activationDate, 1_335_514_342)
      payload.byteString(KMIPTag(0x540001), [0xab])
      payload.structure(.attributes) { _ in }
    }
    let root = try TTLVDocument(writer.bytes, limits: .wide).root
    #expect(
      String(decoding: XMLForm.encode(root), as: UTF8.self)
        == "<RequestPayload><TemplateAttribute><Attribute>"
        + "<AttributeName type=\"TextString\" value=\"Cryptographic Usage Mask\"/>"
        + "<AttributeValue type=\"Integer\" value=\"Encrypt Decrypt\"/></Attribute><Attribute>"
        + "<AttributeName type=\"TextString\" value=\"Cryptographic Algorithm\"/>"
        + "<AttributeValue type=\"Enumeration\" value=\"AES\"/></Attribute></TemplateAttribute>"
        + "<AttributeReference type=\"Enumeration\" value=\"State\"/>"
        + "<ActivationDate type=\"DateTime\" value=\"2012-04-27T08:12:22+00:00\"/>"
        + "<TTLV tag=\"0x540001\" type=\"ByteString\" value=\"ab\"/><Attributes/></RequestPayload>")
  }
}
