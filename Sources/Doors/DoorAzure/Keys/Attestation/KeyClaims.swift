import Crypto
import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// What a statement about a key says. `docs/protocols/azure-keys.md` lists the claims; nothing in them is better than what the server knows.
struct KeyClaims {
  private let key: KnownKey
  private let place: MaterialPlace
  private let now: Instant
  private let call: VaultCall
  private let isDevelopment: Bool

  init(
    _ key: KnownKey, _ place: MaterialPlace, _ now: Instant, _ call: VaultCall, isDevelopment: Bool
  ) {
    self.key = key
    self.place = place
    self.now = now
    self.call = call
    self.isDevelopment = isDevelopment
  }

  var all: AttestVaultKey.Claims {
    AttestVaultKey.Claims(
      secretHalf: key.hasSecretHalf ? secretHalf : nil, publicHalf: key.jwk == .oct ? nil : publicHalf)
  }

  /// Who says it, when, of what.
  private func claims(about half: String, _ rest: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.beginObject()
    json.member("iss", call.base)
    json.member("iat", now.milliseconds / 1000)
    // The name of the request in the audit log.
    json.member("jti", call.origin.id.text)
    json.member("sub", key.kid)
    json.member("about", half)
    if isDevelopment { json.member("development", true) }
    key.write(&json)
    rest(&json)
    json.endObject()
    return json.bytes
  }

  private var publicHalf: [UInt8] {
    claims(about: "public-key") { json in
      json.name("jwk")
      json.beginObject()
      json.member("kty", key.notes.type.family.rawValue)
      key.jwk.write(into: &json)
      json.endObject()
    }
  }

  private var secretHalf: [UInt8] {
    claims(about: key.jwk == .oct ? "secret-key" : "private-key") { json in
      key.writeOrigin(&json, isAdopted: call.adoption != nil)
      json.member("exportable", key.record.exportable)
      if let policy = key.notes.release {
        json.member("release_policy_sha256", Base64.urlString(Array(SHA256.hash(data: policy.data))))
      }
      json.member("hsmPlatform", key.record.isOnDevice ? "1" : "0")
      json.name("custody")
      json.beginObject()
      switch place {
      case .memory(let library):
        json.member("kind", "software")
        json.member("library", library)
      case .device(let facts):
        json.member("kind", "pkcs11-token")
        KeyClaims.write(facts, &json)
      }
      json.endObject()
    }
  }

  private static func write(_ facts: DeviceKeyFacts, _ json: inout JSONWriter) {
    json.member("module", facts.module)
    json.member("manufacturer", facts.manufacturer)
    json.member("model", facts.model)
    json.member("serial", facts.serial)
    json.member("label", facts.label)
    json.name("object")
    json.beginObject()
    let object = facts.object
    let flags: [(String, Bool?)] = [
      ("CKA_SENSITIVE", object.isSensitive), ("CKA_ALWAYS_SENSITIVE", object.wasAlwaysSensitive),
      ("CKA_EXTRACTABLE", object.isExtractable), ("CKA_NEVER_EXTRACTABLE", object.wasNeverExtractable),
      ("CKA_LOCAL", object.isLocal),
    ]
    for (name, flag) in flags {
      if let flag { json.member(name, flag) }
    }
    if let maker = object.maker { json.member("CKA_KEY_GEN_MECHANISM", maker) }
    json.endObject()
  }
}
