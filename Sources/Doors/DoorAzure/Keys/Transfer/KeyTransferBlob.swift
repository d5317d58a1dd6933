import KMSBytes
import KMSDomain
import WireJSON

/// A key on its way from one hardware module to another ("Bring your own key specification", section "Key Transfer Blob"): JSON that says
/// under which key of the vault it came, and the ciphertext of PKCS#11's mechanism CKM_RSA_AES_KEY_WRAP.
struct KeyTransferBlob: Sendable {
  /// The `kid` of the key exchange key.
  let kid: String
  let ciphertext: [UInt8]

  /// Bytes of the whole.
  static let longest = 16 << 10
  private static let limits = JSONDocument.Limits(depth: 4, nodes: 64)

  /// - Throws: `badParameter` for whatever isn't such a blob.
  init(_ bytes: [UInt8]) throws(KeyFault) {
    guard bytes.count <= KeyTransferBlob.longest,
      let root = try? JSONDocument(bytes, limits: KeyTransferBlob.limits).root, root.kind == .object
    else { throw .invalid("key_hsm") }
    guard try root.text("schema_version") == "1.0.0" else { throw .invalid("key_hsm.schema_version") }
    guard let header = root.present("header"), header.kind == .object else {
      throw .invalid("key_hsm.header")
    }
    // The key that is named protects the whole, with nothing in between.
    guard try header.text("alg") == "dir" else { throw .invalid("key_hsm.header.alg") }
    guard try header.text("enc") == "CKM_RSA_AES_KEY_WRAP" else { throw .invalid("key_hsm.header.enc") }
    guard let kid = try header.text("kid") else { throw .missing("key_hsm.header.kid") }
    guard let ciphertext = root.present("ciphertext")?.anyBase64 else {
      throw .invalid("key_hsm.ciphertext")
    }
    self.kid = kid
    self.ciphertext = ciphertext
  }
}

extension JSONValue {
  /// Bytes in base 64 for URLs or the other one, with padding: tools write blobs in both. nil for anything else.
  var anyBase64: [UInt8]? {
    withPlainBytes { text in Base64.urlBytes(text) ?? Base64.bytes(text) } ?? nil
  }
}
