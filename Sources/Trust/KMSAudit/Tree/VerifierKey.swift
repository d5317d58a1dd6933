import Crypto
import KMSBytes

/// The public half of the key that signs checkpoints, with its name: what an auditor keeps. Its text is the
/// C2SP signed-note form `<name>+<key id, 8 hex digits>+<base64(0x01 ‖ Ed25519 public key)>`.
package struct VerifierKey: Hashable, Sendable {
  private static let ed25519: UInt8 = 1

  package let name: String
  /// 32 bytes.
  package let publicKey: [UInt8]
  /// The first four bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key).
  package let id: [UInt8]

  /// nil when the name is empty or has white space or "+" in it, or the key isn't one of Ed25519.
  package init?(name: String, publicKey: [UInt8]) {
    let isPlain = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "+") }
    guard !name.isEmpty, isPlain, publicKey.count == 32 else { return nil }
    self.name = name
    self.publicKey = publicKey
    id = Array(SHA256.hash(data: Array(name.utf8) + [0x0a, VerifierKey.ed25519] + publicKey).prefix(4))
  }

  /// Reads the text; one line feed at its end is ignored.
  package init?(text: String) {
    let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
    let parts = line.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let claimed = Hex.bytes(String(parts[1])),
      let typed = Base64.bytes(String(parts[2])), typed.first == VerifierKey.ed25519
    else { return nil }
    self.init(name: String(parts[0]), publicKey: Array(typed.dropFirst()))
    guard id == claimed else { return nil }
  }

  /// The id as it stands in the text.
  package var idText: String { Hex.string(id) }

  package var text: String {
    "\(name)+\(idText)+\(Base64.string([VerifierKey.ed25519] + publicKey))"
  }

  /// Whether it is an Ed25519 signature (RFC 8032) by this key over exactly these bytes.
  func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
    return key.isValidSignature(signature, for: message)
  }
}
