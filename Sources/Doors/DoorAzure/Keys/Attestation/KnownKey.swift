import Crypto
import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// What the server's own records say of a version of a key.
struct KnownKey {
  let record: KeyRecord
  let notes: KeyNotes
  let jwk: PublicJWK
  /// What it is called in the vault.
  let kid: String
  private let publicKey: [UInt8]?

  /// - Returns: nil for kinds that the protocol has no type for.
  /// - Throws: `vault` for one of another name.
  init?(_ record: KeyRecord, _ address: KeyAddress, _ call: VaultCall) throws(KMSError) {
    guard let notes = KeyNotes(record) else { return nil }
    self.record = record
    self.notes = notes
    publicKey = record.version(record.current)?.publicKey
    jwk = try PublicJWK(record.spec, publicKey, call.engine.desk.custody)
    kid = try address.called(record).text
  }

  /// A public half may be here alone.
  var hasSecretHalf: Bool { record.kind != .publicKey }

  /// What it is: enough to tell it from any other by its public half, where it has one.
  func write(_ json: inout JSONWriter) {
    json.name("key")
    json.beginObject()
    json.member("kty", notes.type.text)
    switch jwk {
    case .rsa(let n, _): json.member("key_size", n.count * 8)
    case .point(let curve, _, _): json.member("crv", curve.rawValue)
    case .ed25519: json.member("crv", CurveName.ed25519.rawValue)
    case .mlDSA(let name, _): json.member("alg", name.rawValue)
    case .oct: json.member("key_size", (record.spec.secretLength ?? 0) * 8)
    }
    json.name("key_ops")
    json.beginArray()
    for operation in notes.operations { json.value(operation.rawValue) }
    json.endArray()
    if let thumbprint = jwk.thumbprint { json.member("jkt", thumbprint) }
    if let publicKey, jwk != .oct {
      json.member("spki_sha256", Base64.urlString(Array(SHA256.hash(data: publicKey))))
    }
    json.endObject()
  }
}

extension KnownKey {
  /// Where the material comes from.
  func writeOrigin(_ json: inout JSONWriter, isAdopted: Bool) {
    json.name("origin")
    json.beginObject()
    json.member("material", material)
    json.member("protocol", protocolName)
    if isAdopted { json.member("adopted", true) }
    if let arrival = notes.arrival, record.origin == .imported { json.member("arrival", arrival.rawValue) }
    // The same material was in a backup, and may be elsewhere still.
    if !isAdopted, VersionNotes(record).created != nil { json.member("restored", true) }
    json.endObject()
  }

  /// Over KMIP the server also makes keys of others, and by clients' parameters: records don't tell these from those that it draws.
  private var material: String {
    switch (record.origin, record.home.kind) {
    case (.imported, _): "imported"
    case (.generated, .kmip): "generated-or-derived"
    case (.generated, .aws), (.generated, .vault), (.generated, .managedHSM): "generated"
    }
  }

  private var protocolName: String {
    switch record.home.kind {
    case .aws: "aws"
    case .kmip: "kmip"
    case .vault, .managedHSM: "azure"
    }
  }
}
