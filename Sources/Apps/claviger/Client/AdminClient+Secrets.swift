import AdminAPI
import KMSBytes
import KMSServer
import WireJSON

// Calls with a secret in the body, which no `String` holds on its way.
extension AdminClient {
  /// Hands in a share, or a passphrase or a PIN that was typed.
  func handIn(_ typed: WipedBytes) async throws -> SealStatus {
    var body = JSONWriter(capacity: AdminClient.capacity(typed))
    body.beginObject()
    body.name(HandedIn.share)
    typed.withBytes { body.value(utf8: $0) }
    body.endObject()
    return try AdminClient.decode(try await post(AdminAPI.unseal.path, WipedBytes(body.bytes)))
  }

  func replaceRoot(_ settings: [String: String], passphrase: WipedBytes?) async throws -> ReplacedRoot {
    var body = JSONWriter(
      capacity: AdminClient.capacity(passphrase)
        + settings.reduce(0) { $0 + 6 * ($1.key.utf8.count + $1.value.utf8.count) + 8 })
    body.beginObject()
    body.name(RootReplacement.settings)
    body.beginObject()
    for (name, value) in settings {
      body.name(escaping: name)
      body.value(value)
    }
    body.endObject()
    if let passphrase {
      body.name(RootReplacement.passphrase)
      passphrase.withBytes { body.value(utf8: $0) }
    }
    body.endObject()
    return try AdminClient.decode(try await post(AdminAPI.replaceRoot.path, WipedBytes(body.bytes)))
  }

  /// So much that the text needn't grow, which would leave copies behind: an escape has six characters.
  private static func capacity(_ secret: WipedBytes?) -> Int { 128 + 6 * (secret?.count ?? 0) }
}
