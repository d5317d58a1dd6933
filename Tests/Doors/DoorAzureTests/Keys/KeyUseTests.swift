import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every table has files open.
@Suite("Uses of keys in vaults", .serialized)
struct KeyUseTests {
  private func value(_ answer: JSONValue, _ name: String = "value") -> [UInt8]? {
    answer[name]?.withPlainBytes { Base64.urlBytes($0) } ?? nil
  }

  private func roundTrip(
    _ table: KeyTable, _ key: KeyReference, _ name: String, _ text: [UInt8], wraps: Bool = false
  ) async throws -> [UInt8]? {
    let there = try await table.use(
      wraps ? .wrapKey : .encrypt, key, #"{"alg":"\#(name)","value":"\#(KeyTable.base64(text))"}"#)
    #expect(there["kid"]?.string == KeyTable.kid)
    var back = #"{"alg":"\#(name)","value":"\#(there["value"]?.string ?? "")""#
    for member in ["iv", "tag"] {
      if let bytes = there[member]?.string { back += #","\#(member)":"\#(bytes)""# }
    }
    return value(try await table.use(wraps ? .unwrapKey : .decrypt, key, back + "}"))
  }

  @Test("What RSA encrypts or wraps it decrypts or unwraps")
  func rsa() async throws {
    let table = try await KeyTable()
    let key = try await table.make(#"{"kty":"RSA"}"#).0
    for name in ["RSA-OAEP", "RSA-OAEP-256"] {
      #expect(try await roundTrip(table, key, name, [1, 2, 3]) == [1, 2, 3])
      #expect(try await roundTrip(table, key, name, [4, 5], wraps: true) == [4, 5])
    }
    await #expect(throws: KeyFault.self) { _ = try await roundTrip(table, key, "RSA1_5", [1]) }
    let legacy = try await KeyTable(legacy: .rsaPKCS1Encryption)
    let old = try await legacy.make(#"{"kty":"RSA-HSM"}"#).0
    #expect(try await roundTrip(legacy, old, "RSA1_5", [1]) == [1])
  }

  @Test("AES in every way there is", arguments: [128, 192, 256])
  func aes(bits: Int) async throws {
    let table = try await KeyTable()
    let key = try await table.make(#"{"kty":"oct","key_size":\#(bits)}"#).0
    let text = [UInt8](1...20)
    #expect(try await roundTrip(table, key, "A\(bits)GCM", text) == text)
    #expect(try await roundTrip(table, key, "A\(bits)CBCPAD", text) == text)
    // Nobody takes the zeros away.
    #expect(
      try await roundTrip(table, key, "A\(bits)CBC", text) == text + [UInt8](repeating: 0, count: 12))
    let whole = [UInt8](1...16)
    #expect(try await roundTrip(table, key, "A\(bits)CBC", whole) == whole)
    #expect(try await roundTrip(table, key, "A\(bits)KW", whole, wraps: true) == whole)
    #expect(try await roundTrip(table, key, "CKM_AES_KEY_WRAP", whole, wraps: true) == whole)
    #expect(try await roundTrip(table, key, "CKM_AES_KEY_WRAP_PAD", text, wraps: true) == text)
  }

  @Test("Additional data has to be the same, and nonces are the server's")
  func gcm() async throws {
    let table = try await KeyTable()
    let key = try await table.make(#"{"kty":"oct"}"#).0
    let there = try await table.use(.encrypt, key, #"{"alg":"A256GCM","value":"AQI","aad":"Aw"}"#)
    #expect(value(there, "iv")?.count == 12 && value(there, "tag")?.count == 16)
    #expect(there["aad"]?.string == "Aw")
    let whole =
      #"{"alg":"A256GCM","value":"\#(there["value"]?.string ?? "")","iv":"\#(there["iv"]?.string ?? "")","#
      + #""tag":"\#(there["tag"]?.string ?? "")""#
    #expect(value(try await table.use(.decrypt, key, whole + #","aad":"Aw"}"#)) == [1, 2])
    await #expect(throws: KeyFault.incorrect) { try await table.use(.decrypt, key, whole + "}") }
    await #expect(throws: KeyFault.self) {
      try await table.use(.decrypt, key, #"{"alg":"A256GCM","value":"AQI"}"#)
    }
    await #expect(throws: KeyFault.self) {
      try await table.use(.encrypt, key, #"{"alg":"A256GCM","value":"AQI","iv":"AAAAAAAAAAAAAAAA"}"#)
    }
  }

  @Test(
    "Signatures that verify, and no others",
    arguments: [
      (#"{"kty":"RSA"}"#, "PS256", 32, 256), (#"{"kty":"RSA"}"#, "PS384", 48, 256),
      (#"{"kty":"RSA"}"#, "PS512", 64, 256), (#"{"kty":"RSA"}"#, "RS256", 32, 256),
      (#"{"kty":"RSA"}"#, "RS384", 48, 256), (#"{"kty":"RSA"}"#, "RS512", 64, 256),
      (#"{"kty":"EC"}"#, "ES256", 32, 64), (#"{"kty":"EC","crv":"P-384"}"#, "ES384", 48, 96),
      (#"{"kty":"EC","crv":"P-521"}"#, "ES512", 64, 132), (#"{"kty":"EC","crv":"P-256K"}"#, "ES256K", 32, 64),
      (#"{"kty":"OKP"}"#, "EdDSA", 5, 64), (#"{"kty":"oct","key_ops":["sign","verify"]}"#, "HS256", 32, 32),
      (#"{"kty":"oct","key_ops":["sign","verify"]}"#, "HS512", 64, 64),
    ])
  func signatures(body: String, name: String, digest: Int, length: Int) async throws {
    let table = try await KeyTable()
    let key = try await table.make(body).0
    let message = [UInt8](repeating: 7, count: digest)
    let signature = try await table.sign(key, name, message)
    #expect(signature.count == length)
    #expect(try await table.verify(key, name, message, signature))
    var wrong = signature
    wrong[0] ^= 1
    #expect(try await !table.verify(key, name, message, wrong))
    #expect(try await !table.verify(key, name, message, Array(signature.dropLast())))
    #expect(try await !table.verify(key, name, message, []))
    #expect(try await !table.verify(key, name, [UInt8](repeating: 8, count: digest), signature))
  }

  @Test(
    "Input of an unknown hash is signed only where that is permitted, and only as long as it fits into the key"
  )
  func unhashed() async throws {
    let table = try await KeyTable(legacy: .rawRSA)
    let key = try await table.make(#"{"kty":"RSA"}"#).0
    // 36 bytes are what TLS 1.0 signs; the padding takes 11.
    for count in [1, 36, 245] {
      let message = [UInt8](repeating: 7, count: count)
      let signature = try await table.sign(key, "RSNULL", message)
      #expect(signature.count == 256)
      #expect(try await table.verify(key, "RSNULL", message, signature))
      #expect(try await !table.verify(key, "RSNULL", message + [7], signature))
      #expect(try await !table.verify(key, "RSNULL", message, Array(signature.dropLast())))
    }
    for count in [246, 256, 5000] {
      let fault = await #expect(throws: KeyFault.self) {
        try await table.sign(key, "RSNULL", [UInt8](repeating: 7, count: count))
      }
      #expect(fault?.message == "Property value has an invalid length.")
    }
    let curve = try await table.make(#"{"kty":"EC"}"#).0
    await #expect(throws: KeyFault.self) { try await table.sign(curve, "RSNULL", [1]) }
    let strict = try await KeyTable()
    let other = try await strict.make(#"{"kty":"RSA"}"#).0
    let fault = await #expect(throws: KeyFault.self) { try await strict.sign(other, "RSNULL", [1]) }
    #expect(fault?.status == 400)
  }

  @Test("A hash has its length, and an algorithm its keys")
  func mismatches() async throws {
    let table = try await KeyTable()
    let curve = try await table.make(#"{"kty":"EC"}"#).0
    let digest = [UInt8](repeating: 0, count: 32)
    #expect(
      await #expect(throws: KeyFault.self) { try await table.sign(curve, "ES256", [1]) }?.message
        == "Invalid length of 'value': 1 bytes. ES256 requires 32 bytes, encoded with base64url.")
    #expect(
      await #expect(throws: KeyFault.self) { try await table.sign(curve, "RS256", digest) }?.message
        == "Key and signing algorithm are incompatible. Key \(KeyTable.kid) is of type 'EC', and algorithm 'RS256' can only be used with a key of type 'RSA' or 'RSA-HSM'."
    )
    #expect(
      await #expect(throws: KeyFault.self) { try await table.sign(curve, "ES256K", digest) }?.message
        == "Key and signing algorithm are incompatible. Key \(KeyTable.kid) uses curve 'P-256', and algorithm 'ES256K' can only be used with curve 'P-256K'."
    )
    await #expect(throws: KeyFault.self) {
      try await table.use(.encrypt, curve, #"{"alg":"RSA-OAEP","value":"AA"}"#)
    }
    await #expect(throws: KeyFault.self) {
      try await table.use(.encrypt, curve, #"{"alg":"A128KW","value":"AA"}"#)
    }
    let short = try await table.make(#"{"kty":"oct","key_size":128}"#).0
    await #expect(throws: KeyFault.self) {
      try await table.use(.encrypt, short, #"{"alg":"A256GCM","value":"AA"}"#)
    }
  }

  @Test("A key is for what its owner listed")
  func operations() async throws {
    let table = try await KeyTable()
    let key = try await table.make(#"{"kty":"RSA","key_ops":["sign","wrapKey","export"]}"#).0
    #expect(
      await #expect(throws: KeyFault.self) {
        try await table.use(.encrypt, key, #"{"alg":"RSA-OAEP","value":"AA"}"#)
      } == .forbidden(.encrypt, .notPermitted))
    #expect(
      await #expect(throws: KeyFault.self) {
        try await table.use(.unwrapKey, key, #"{"alg":"RSA-OAEP","value":"AA"}"#)
      }?.message == "Operation unwrapKey is not permitted on this key.")
    _ = try await table.use(.wrapKey, key, #"{"alg":"RSA-OAEP","value":"AA"}"#)
    _ = try await table.sign(key, "PS256", [UInt8](repeating: 0, count: 32))
    await #expect(throws: KeyFault.forbidden(.verify, .notPermitted)) {
      try await table.verify(key, "PS256", [UInt8](repeating: 0, count: 32), [1])
    }
  }

  @Test("Outside its dates a key undoes what it did, and does no more")
  func dates() async throws {
    let table = try await KeyTable()
    var dates = ObjectDates()
    dates.protectStop = table.house.clock.now().advanced(seconds: 10)
    let key = try await table.make(#"{"kty":"RSA"}"#, dates: dates).0
    let text = #"{"alg":"RSA-OAEP-256","value":"AA"}"#
    let there = try await table.use(.encrypt, key, text)["value"]?.string ?? ""
    table.house.clock.advance(seconds: 11)
    for action in [Action.encrypt, .wrapKey] {
      let fault = await #expect(throws: KeyFault.self) { try await table.use(action, key, text) }
      #expect(fault?.status == 403 && fault?.innerCode == "KeyNotYetValidOrExpired")
    }
    #expect(
      value(try await table.use(.decrypt, key, #"{"alg":"RSA-OAEP-256","value":"\#(there)"}"#)) == [0])
  }

  @Test("A damaged ciphertext says nothing but that it is wrong")
  func damage() async throws {
    let table = try await KeyTable()
    let key = try await table.make(#"{"kty":"RSA"}"#).0
    for text in ["AAAA", KeyTable.base64([UInt8](repeating: 1, count: 256))] {
      await #expect(throws: KeyFault.incorrect) {
        try await table.use(.decrypt, key, #"{"alg":"RSA-OAEP","value":"\#(text)"}"#)
      }
    }
  }
}
