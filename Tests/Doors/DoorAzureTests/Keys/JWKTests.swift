import KMSBytes
import KMSDomain
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every table has files open.
@Suite("JSON Web Keys", .serialized)
struct JWKTests {
  private func half(_ record: KeyRecord, _ table: KeyTable) throws -> PublicJWK {
    try PublicJWK(record.spec, record.versions[0].publicKey, table.house.custody)
  }

  @Test(
    "What is public of a key has the lengths of its kind",
    arguments: [
      (#"{"kty":"EC"}"#, "P-256", 32), (#"{"kty":"EC","crv":"P-384"}"#, "P-384", 48),
      (#"{"kty":"EC-HSM","crv":"P-521"}"#, "P-521", 66), (#"{"kty":"EC","crv":"P-256K"}"#, "P-256K", 32),
      (#"{"kty":"EC","crv":"SECP256K1"}"#, "P-256K", 32),
    ])
  func curves(body: String, curve: String, width: Int) async throws {
    let table = try await KeyTable()
    let (_, record) = try await table.make(body)
    guard case .point(let name, let x, let y) = try half(record, table) else {
      Issue.record("a point")
      return
    }
    #expect(name.rawValue == curve && x.count == width && y.count == width)
  }

  @Test("An RSA modulus has no sign byte")
  func modulus() async throws {
    let table = try await KeyTable()
    let (_, record) = try await table.make(#"{"kty":"RSA"}"#)
    guard case .rsa(let n, let e) = try half(record, table) else {
      Issue.record("an RSA key")
      return
    }
    #expect(n.count == 256 && n[0] >= 0x80 && e == [1, 0, 1])
  }

  @Test("Ed25519 has one coordinate, and symmetric keys show nothing")
  func others() async throws {
    let table = try await KeyTable()
    let edwards = try await table.make(#"{"kty":"OKP","crv":"Ed25519"}"#).1
    guard case .ed25519(let x) = try half(edwards, table) else {
      Issue.record("an Edwards key")
      return
    }
    #expect(x.count == 32)
    let octets = try await table.make(#"{"kty":"oct-HSM","key_size":128}"#).1
    #expect(try half(octets, table) == .oct && octets.spec == .aes128)
  }

  @Test("A key that is brought has the public half that came with it")
  func bringing() async throws {
    let table = try await KeyTable()
    // RFC 7517 appendix A.2, and RFC 8037 appendix A.1.
    let curve = try await table.bring(
      #"""
      {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
      "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
      "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","kid":null,"use":"enc"}
      """#
    ).1
    guard case .point(_, let x, _) = try half(curve, table) else {
      Issue.record("a point")
      return
    }
    #expect(Base64.urlString(x) == "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4")
    let edwards = try await table.bring(
      #"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#
    ).1
    guard case .ed25519(let point) = try half(edwards, table) else {
      Issue.record("an Edwards key")
      return
    }
    #expect(Base64.urlString(point) == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
  }

  @Test(
    "Whatever is wrong with a key that is brought is said before custody sees it",
    arguments: [
      "{}", #"{"kty":"EC"}"#, #"{"kty":"EC","crv":"P-256"}"#, #"{"kty":"EC","crv":"P-192","d":"AA"}"#,
      #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA=="}"#,
      #"{"kty":"RSA","n":"AQAB"}"#,
      #"{"kty":"OKP","crv":"Ed25519","d":"AA"}"#,
      #"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA","key_ops":["x"]}"#,
      #"{"kty":"RSA-HSM","key_hsm":"AAAA"}"#, #"{"kty":"AKP","alg":"ML-DSA-44"}"#, #"{"kty":5}"#,
      #"{"kty":"AKP","priv":"AA"}"#, #"{"kty":"AKP","alg":"ML-DSA-44","priv":"AAAA"}"#,
      #"{"kty":"AKP","alg":"ML-DSA","priv":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
      #"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA","priv":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
      #"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAA/"}"#,
    ])
  func badKeys(text: String) throws {
    #expect(throws: KeyFault.self) { try PrivateJWK(KeyTable.json(text), inHSM: false) }
  }

  @Test("A point that isn't the private number's is refused by custody")
  func otherPoint() async throws {
    let table = try await KeyTable()
    await #expect(throws: KMSError.incorrectKeyMaterial) {
      _ = try await table.bring(
        #"""
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
        """#)
    }
  }

  @Test(
    "Only kinds that there are can be made",
    arguments: [
      "{}", #"{"kty":"RS"}"#, #"{"kty":"RSA","key_size":1024}"#, #"{"kty":"RSA","public_exponent":2}"#,
      #"{"kty":"EC","crv":"P-192"}"#, #"{"kty":"oct","key_size":512}"#, #"{"kty":"AKP"}"#,
      #"{"kty":"OKP","crv":"X25519"}"#, #"{"kty":"RSA","key_size":"2048"}"#,
      #"{"kty":"RSA","key_ops":["encrypt","steal"]}"#, #"{"kty":"RSA","key_ops":"encrypt"}"#,
    ])
  func badRequests(text: String) throws {
    #expect(throws: KeyFault.self) { try NewKeyRequest(KeyTable.json(text), inHSM: true) }
  }

  @Test("A curve that there isn't has a code of its own in managed HSMs, made or brought")
  func badCurves() throws {
    let json = try KeyTable.json(#"{"kty":"EC","crv":"P-192","d":"AA"}"#)
    for (inHSM, code) in [(true, "KeyCurveNotSupported"), (false, "BadParameter")] {
      let made = #expect(throws: KeyFault.self) { try NewKeyRequest(json, inHSM: inHSM) }
      let brought = #expect(throws: KeyFault.self) { try PrivateJWK(json, inHSM: inHSM) }
      #expect(made?.code == code && brought?.code == code)
    }
  }

  @Test("Signatures are two numbers of equal width, and DER in between")
  func signatures() {
    for plain: [UInt8] in [[1, 2], [0, 0], [0x80, 0xff], [0, 1]] {
      let der = PlainSignature.der(plain, width: 1)
      #expect(der.flatMap { PlainSignature.plain($0, width: 1) } == plain)
    }
    #expect(PlainSignature.der([1, 2, 3], width: 1) == nil)
    #expect(PlainSignature.der([], width: 0) == nil)
    #expect(PlainSignature.plain([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x02, 0x00], width: 1) == nil)
    #expect(PlainSignature.plain([0x30, 0x07, 0x02, 0x02, 0x01, 0x00, 0x02, 0x01, 0x02], width: 1) == nil)
  }
}
