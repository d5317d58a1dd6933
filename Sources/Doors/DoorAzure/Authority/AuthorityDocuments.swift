import KMSDomain
import WireJSON

/// What the authority says of itself to whoever asks.
struct AuthorityDocuments {
  let names: AuthorityNames
  /// The host and port by which the client came: where it will find the rest.
  let place: HostPort

  private var base: String { "https://" + place.text }

  /// OpenID Connect Discovery 1.0 section 3.
  func configuration(_ tenant: AuthorityRoute.Tenant, isFirstVersion: Bool) -> [UInt8] {
    let root = base + "/" + tenant.text
    let version = isFirstVersion ? "" : "/v2.0"
    var json = JSONWriter()
    json.beginObject()
    // Clients compare its host with the one that they asked.
    json.member("issuer", root + version)
    json.member("authorization_endpoint", root + "/oauth2" + version + "/authorize")
    json.member("token_endpoint", root + "/oauth2" + version + "/token")
    json.member("device_authorization_endpoint", root + "/oauth2" + version + "/devicecode")
    json.member("jwks_uri", root + "/discovery/v2.0/keys")
    list(
      "token_endpoint_auth_methods_supported",
      ["client_secret_post", "client_secret_basic", "private_key_jwt"], &json)
    list("grant_types_supported", ["client_credentials"], &json)
    list("response_types_supported", ["token"], &json)
    list("subject_types_supported", ["pairwise"], &json)
    list("id_token_signing_alg_values_supported", ["RS256"], &json)
    json.endObject()
    return json.bytes
  }

  /// That this is an authority, and what else it is called: nothing.
  func instanceDiscovery() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("tenant_discovery_endpoint", base + "/adfs/.well-known/openid-configuration")
    json.member("api-version", "1.1")
    json.name("metadata")
    json.beginArray()
    json.beginObject()
    json.member("preferred_network", place.text)
    json.member("preferred_cache", place.text)
    list("aliases", [place.text], &json)
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// What the Azure CLI needs to know of a cloud.
  func cloud() -> [UInt8] {
    let port = place.port.map { ":\($0)" } ?? ""
    var json = JSONWriter()
    json.beginObject()
    json.member("name", "Claviger")
    json.member("portal", base)
    json.name("authentication")
    json.beginObject()
    json.member("loginEndpoint", base)
    list("audiences", [base + "/arm"], &json)
    json.member("tenant", "common")
    json.member("identityProvider", "AAD")
    json.endObject()
    json.member("resourceManager", base + "/arm")
    json.member("graphAudience", base + "/graph")
    json.member("graph", base + "/graph")
    json.name("suffixes")
    json.beginObject()
    json.member("keyVaultDns", "vault." + names.domain + port)
    json.member("mhsmDns", "managedhsm." + names.domain + port)
    json.member("storage", "storage." + names.domain + port)
    json.endObject()
    json.endObject()
    return json.bytes
  }

  private func list(_ name: String, _ values: [String], _ json: inout JSONWriter) {
    json.name(name)
    json.beginArray()
    for value in values { json.value(value) }
    json.endArray()
  }
}
