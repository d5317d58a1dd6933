package import KMSDomain
package import KMSEngine
import WireJSON

/// By whose word keys are released, and what signs the answers.
package struct KeyReleases: Sendable {
  let tokens: TokenKeys
  let authorities: any EnvironmentVerifier

  package init(_ tokens: TokenKeys, authorities: any EnvironmentVerifier) {
    self.tokens = tokens
    self.authorities = authorities
  }
}

/// Gives an exportable key to an environment that its release policy allows it to.
struct ReleaseKey {
  private let call: VaultCall
  private let address: KeyAddress

  /// - Parameter version: nil for the latest.
  init(_ call: VaultCall, _ name: String, _ version: String?) throws(AzureError) {
    self.call = call
    address = try KeyAddress(call, name, version: version)
  }

  func run() async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in try ReleaseRequest(body) }
    guard let releases = call.releases else { throw .internalError }
    let (call, address) = (call, address)
    let work = ReleaseVaultKey("ReleaseKey", address.reference, by: releases.tokens) {
      record async throws(KMSError) in
      let policy = try ReleaseKey.policy(of: record, at: address)
      let statement = try await ReleaseKey.verified(request.target, releases.authorities)
      let key = try KeyFault.passing { () throws(KeyFault) in
        try ReleaseKey.environment(statement, policy, call.engine.desk.custody)
      }
      return ReleaseVaultKey.Recipient(
        key: key.half, name: key.id, hash: request.protection.hash, authority: statement.authority)
    } write: { record, material, recipient throws(KMSError) in
      do throws(AzureError) {
        let bundle = try KeyBundle(record, call)
        return try ReleaseKey.payload(bundle, material, request, to: recipient.name, call)
      } catch {
        throw KMSError.permitMismatch
      }
    }
    let token = try await call.use(work, doing: .export, about: address.subject)
    return .json { json in
      json.beginObject()
      json.member("value", token)
      json.endObject()
    }
  }

  /// Outside its dates a key may leave: it is for what was protected before.
  private static func policy(
    of record: KeyRecord, at address: KeyAddress
  ) throws(KMSError) -> ReleaseRules {
    try address.require(record)
    guard record.state == .active else { throw .keyDisabled(record.resourceName) }
    guard record.exportable, let policy = KeyNotes(record)?.release else {
      throw KeyFault.forbidden(.export, .notPermitted).asError
    }
    return try KeyFault.passing { () throws(KeyFault) in try ReleaseRules(policy.data) }
  }

  private static func verified(
    _ target: String, _ authorities: any EnvironmentVerifier
  ) async throws(KMSError) -> VerifiedStatement {
    do throws(TokenFault) {
      return try await authorities.verify(statement: target)
    } catch {
      throw KeyFault.unattested(.unverified).asError
    }
  }

  private static func environment(
    _ statement: VerifiedStatement, _ rules: ReleaseRules, _ forms: any PublicKeyForms
  ) throws(KeyFault) -> EnvironmentKey {
    guard let claims = try? JSONDocument(statement.claims, limits: VaultLimits.json).root,
      rules.allow(claims, by: statement.authority)
    else { throw .unattested(.unmet) }
    return try EnvironmentKey(claims, forms)
  }

  /// What is signed: what was asked for, and the key as clients see it, with its material in `key_hsm`.
  private static func payload(
    _ bundle: KeyBundle, _ material: [UInt8], _ request: ReleaseRequest, to recipient: String?,
    _ call: VaultCall
  ) throws(AzureError) -> [UInt8] {
    var json = JSONWriter(capacity: 4096)
    json.beginObject()
    json.name("request")
    json.beginObject()
    json.member("api-version", VaultHeaders.echoVersion(call.query["api-version"]))
    json.member("enc", request.protection.rawValue)
    json.member("kid", bundle.kid)
    if let nonce = request.nonce { json.member("nonce", nonce) }
    json.endObject()
    json.name("response")
    json.beginObject()
    json.name("key")
    try bundle.write(&json, protected: protected(material, request.protection, recipient))
    json.endObject()
    json.endObject()
    return json.bytes
  }

  /// As keys are written that are brought protected.
  private static func protected(
    _ material: [UInt8], _ protection: ReleaseRequest.Protection, _ recipient: String?
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 4096)
    json.beginObject()
    json.member("schema_version", "1.0.0")
    json.name("header")
    json.beginObject()
    if let recipient { json.member("kid", recipient) }
    json.member("alg", "dir")
    json.member("enc", protection.rawValue)
    json.endObject()
    json.member("ciphertext", bytes: material)
    json.endObject()
    return json.bytes
  }
}
