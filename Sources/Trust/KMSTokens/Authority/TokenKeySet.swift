import FoundationEssentials
import JWTKit
import KMSBytes
package import KMSDomain
import WireJSON

/// The keys of the server's own authority as others read them (JWK Set, RFC 7517 section 5).
package enum TokenKeySet {
  /// - Throws: for a stored key that is no RSA key.
  package static func document(_ keys: [TokenKey]) throws -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.name("keys")
    json.beginArray()
    for key in keys {
      let numbers = try PublicKeyText.rsa(key.publicKey).getKeyPrimitives()
      json.beginObject()
      json.member("kty", "RSA")
      json.member("use", "sig")
      json.member("alg", "RS256")
      json.member("kid", key.id.text)
      json.member("n", Base64.urlString(Array(numbers.modulus)))
      json.member("e", Base64.urlString(Array(numbers.publicExponent)))
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.bytes
  }
}

/// The library reads keys as text only.
enum PublicKeyText {
  /// - Parameter publicKey: SubjectPublicKeyInfo, DER.
  static func rsa(_ publicKey: [UInt8]) throws -> Insecure.RSA.PublicKey {
    try Insecure.RSA.PublicKey(pem: text(publicKey, "PUBLIC KEY"))
  }

  /// - Parameter certificate: X.509, DER. Nothing of it counts but its key.
  static func rsa(certificate: [UInt8]) throws -> Insecure.RSA.PublicKey {
    try Insecure.RSA.PublicKey(certificatePEM: text(certificate, "CERTIFICATE"))
  }

  private static func text(_ bytes: [UInt8], _ label: String) -> String {
    let letters = Array(Base64.string(bytes).utf8)
    let lines = stride(from: 0, to: letters.count, by: lineLength).map { start in
      String(decoding: letters[start..<min(start + lineLength, letters.count)], as: UTF8.self)
    }
    return (["-----BEGIN \(label)-----"] + lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
  }

  /// RFC 7468 section 2.
  private static let lineLength = 64
}
