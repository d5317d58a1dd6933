import KMSDomain
import KMSIdentity
import WireJSON

/// What a token says (Microsoft's version 1.0 of access tokens, which is what vaults take).
struct AccessToken {
  let proved: ProvedApplication
  let resource: String
  let issuer: String
  let issuedAt: Instant
  /// Its own name.
  let id: String

  private var application: Application { proved.known.application }
  var expirySeconds: Int64 { issuedAt.milliseconds / 1000 + TokenKey.tokenLife }

  var claims: [UInt8] {
    let now = issuedAt.milliseconds / 1000
    var json = JSONWriter(capacity: 512)
    json.beginObject()
    json.member("aud", resource)
    json.member("iss", issuer)
    json.member("iat", now)
    json.member("nbf", now)
    json.member("exp", expirySeconds)
    json.member("appid", application.clientID.text)
    json.member("appidacr", strength)
    json.member("idtyp", "app")
    json.member("oid", application.objectID.text)
    json.member("sub", application.objectID.text)
    json.member("tid", application.account.tenant.text)
    json.member("uti", id)
    json.member("ver", "1.0")
    json.endObject()
    return json.bytes
  }

  /// By what the client proved itself: "1" a secret, "2" something signed, "0" nothing.
  private var strength: String {
    switch proved.method {
    case .secret: "1"
    case .certificate, .federated: "2"
    case .machine: "0"
    }
  }

  /// RFC 6749 section 5.1.
  func answer(_ token: String, isFirstVersion: Bool) -> [UInt8] {
    var json = JSONWriter(capacity: 2048)
    json.beginObject()
    json.member("token_type", "Bearer")
    if isFirstVersion {
      json.member("expires_in", String(TokenKey.tokenLife))
      json.member("ext_expires_in", String(TokenKey.tokenLife))
      json.member("expires_on", String(expirySeconds))
      json.member("not_before", String(issuedAt.milliseconds / 1000))
      json.member("resource", resource)
    } else {
      json.member("expires_in", TokenKey.tokenLife)
      json.member("ext_expires_in", TokenKey.tokenLife)
    }
    json.member("access_token", token)
    json.endObject()
    return json.bytes
  }

  /// As the endpoints of managed identities answer.
  func managedAnswer(_ token: String) -> [UInt8] {
    var json = JSONWriter(capacity: 2048)
    json.beginObject()
    json.member("access_token", token)
    json.member("client_id", application.clientID.text)
    json.member("expires_in", String(TokenKey.tokenLife))
    json.member("expires_on", String(expirySeconds))
    json.member("not_before", String(issuedAt.milliseconds / 1000))
    json.member("resource", resource)
    json.member("token_type", "Bearer")
    json.endObject()
    return json.bytes
  }
}
