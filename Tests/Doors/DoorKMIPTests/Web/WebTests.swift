import KMSBytes
import KMSDomain
import KMSTestKit
import NetKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// KMIP over HTTPS: whole messages in three forms, and the dialect of bare operations.
// One after the other: every world has files open.
@Suite(.serialized) struct WebTests {
  private static let certificate = [UInt8](repeating: 7, count: 32)

  private struct Finder: ClientFinder {
    func caller(_ fingerprint: [UInt8]) async -> Caller? {
      fingerprint == WebTests.certificate ? DoorWorld.client : nil
    }
  }

  private struct Web {
    let world: DoorWorld
    let web: KMIPWeb

    init() async throws {
      world = try await DoorWorld()
      web = KMIPWeb(KMIPDoor(world.house.engine, region: world.home.region, clients: Finder()))
    }

    func post(
      _ path: String, _ type: String, _ body: [UInt8], certificate: [UInt8]? = WebTests.certificate,
      method: String = "POST"
    ) async throws -> WireResponse {
      let fingerprint = certificate.flatMap { CertificateFingerprint($0) }
      return await web.respond(
        WireRequest(
          method: method, target: path, fields: FieldTable(adding: [(name: "content-type", value: type)]),
          body: WipedBytes(body),
          connection: ConnectionFacts(source: "192.0.2.1", isEncrypted: true, certificate: fingerprint)))
    }

    /// An operation of the dialect.
    func ask(_ json: String) async throws -> WireResponse {
      try await post("/kmip/2_1", "application/json", Array(json.utf8))
    }
  }

  private static let query = DoorWorld.message(
    [.init(.query) { $0.enumeration(KMIP.QueryFunction.queryOperations) }], in: .v2_1)

  @Test func `a message is answered in its own form`() async throws {
    let web = try await Web()
    let document = try TTLVDocument(Self.query, limits: KMIPDoor.limits)
    for (form, body) in [
      (WebForm.ttlv, Self.query), (.xml, XMLForm.encode(document.root)),
      (.json, JSONForm.encode(document.root)),
    ] {
      let response = try await web.post("/kmip", form.contentType + "; charset=utf-8", body)
      #expect(response.status == 200)
      #expect(response.fields.contains { $0.name == "content-type" && $0.value == form.contentType })
      #expect(response.fields.contains { $0.name == "cache-control" && $0.value == "no-cache" })
      let answer = try #require(form.decode(WipedBytes(response.body)))
      #expect(try DoorWorld.items(answer.withArray { $0 }).first?.isSuccess == true)
    }
  }

  @Test func `whoever isn't known, and whatever isn't a message, is told so in KMIP`() async throws {
    let web = try await Web()
    for certificate in [nil, [UInt8](repeating: 8, count: 32)] {
      let response = try await web.post(
        "/kmip", "application/octet-stream", Self.query, certificate: certificate)
      #expect(response.status == 200)
      #expect(try DoorWorld.items(response.body).first?.reason == .authenticationNotSuccessful)
    }
    let nonsense = try await web.post("/kmip", "text/xml", Array("<RequestMessage".utf8))
    #expect(nonsense.status == 200)
    let answer = try #require(WebForm.xml.decode(WipedBytes(nonsense.body)))
    #expect(try DoorWorld.items(answer.withArray { $0 }).first?.reason == .invalidMessage)
  }

  @Test func `what HTTP itself can refuse, it refuses`() async throws {
    let web = try await Web()
    #expect(try await web.post("/kmip", "application/octet-stream", [], method: "GET").status == 405)
    #expect(try await web.post("/kmip", "text/plain", Self.query).status == 415)
    #expect(try await web.post("/kmip/2_1", "text/xml", Self.query).status == 415)
  }

  // MARK: The dialect

  private static let create = """
    {"tag":"Create","type":"Structure","value":[{"tag":"ObjectType","type":"Enumeration","value":"SymmetricKey"},\
    {"tag":"Attributes","type":"Structure","value":[\
    {"tag":"CryptographicAlgorithm","type":"Enumeration","value":"AES"},\
    {"tag":"CryptographicLength","type":"Integer","value":256},\
    {"tag":"CryptographicUsageMask","type":"Integer","value":2108},\
    {"tag":"KeyFormatType","type":"Enumeration","value":"TransparentSymmetricKey"},\
    {"tag":"ObjectType","type":"Enumeration","value":"SymmetricKey"},\
    {"tag":"VendorAttributes","type":"Structure","value":[{"tag":"VendorAttributes","type":"Structure","value":[\
    {"tag":"VendorIdentification","type":"TextString","value":"cosmian"},\
    {"tag":"AttributeName","type":"TextString","value":"tag"},\
    {"tag":"AttributeValue","type":"ByteString","value":"5B227431222C227432225D"}]}]}]}]}
    """

  private static func operation(_ name: String, _ id: String, _ more: String = "") -> String {
    """
    {"tag":"\(name)","type":"Structure","value":[{"tag":"UniqueIdentifier","type":"TextString","value":"\(id)"}\(more)]}
    """
  }

  private static func answer(_ response: WireResponse) throws -> TTLVItem {
    #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
    let bytes = try JSONForm.decode(
      WipedBytes(response.body), limits: KMIPDoor.limits, names: DialectNames.names)
    return try TTLVDocument(bytes, limits: KMIPDoor.limits).root
  }

  @Test func `a key is made, used, given out, revoked and destroyed by bare operations`() async throws {
    let web = try await Web()
    let made = try Self.answer(await web.ask(Self.create))
    let id = try #require(made[.uniqueIdentifier]?.text)
    let data = #",{"tag":"Data","type":"ByteString","value":"0102"}"#
    let sealed = try Self.answer(await web.ask(Self.operation("Encrypt", id, data)))
    let (text, iv, tag) = (
      try #require(sealed[.data]?.byteString), try #require(sealed[.ivCounterNonce]?.byteString),
      try #require(sealed[.authenticatedEncryptionTag]?.byteString)
    )
    func field(_ name: String, _ value: [UInt8]) -> String {
      #",{"tag":"\#(name)","type":"ByteString","value":"\#(Hex.string(value))"}"#
    }
    let parts = field("Data", text) + field("IvCounterNonce", iv) + field("AuthenticatedEncryptionTag", tag)
    let byTags = Self.operation("Decrypt", #"[\"t1\",\"t2\"]"#, parts)
    #expect(try Self.answer(await web.ask(byTags))[.data]?.byteString == [1, 2])
    let given = try Self.answer(await web.ask(Self.operation("Get", id)))
    let block = given[DialectNames.object]?[.keyBlock]
    #expect(block?[.keyFormatType]?.enumeration(KMIP.KeyFormatType.self) == .transparentSymmetricKey)
    #expect(block?[.keyValue]?[.keyMaterial]?[.key]?.byteString?.count == 32)
    let reason = #",{"tag":"RevocationReason","type":"TextString","value":"done"}"#
    _ = try Self.answer(await web.ask(Self.operation("Revoke", id, reason)))
    _ = try Self.answer(await web.ask(Self.operation("Destroy", id)))
    #expect(try await web.ask(Self.operation("Get", id)).status != 200)
  }

  @Test func `failures are HTTP's, with words`() async throws {
    let web = try await Web()
    let absent = try await web.ask(Self.operation("Get", "nothing"))
    #expect(absent.status == 404 && !absent.body.isEmpty)
    #expect(try await web.ask(Self.operation("Get", #"[\"none\"]"#)).status == 404)
    #expect(try await web.ask("{}").status == 400)
    let stranger = try await web.post(
      "/kmip/2_1", "application/json", Array(Self.create.utf8), certificate: nil)
    #expect(stranger.status == 401)
  }

  @Test func `tags mean one object or none`() async throws {
    let web = try await Web()
    for _ in 0..<2 { _ = try Self.answer(await web.ask(Self.create)) }
    #expect(try await web.ask(Self.operation("Get", #"[\"t1\"]"#)).status == 422)
  }
}
