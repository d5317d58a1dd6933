import KMSBytes
import KMSEngine
import WireJSON

/// Signed statements as the attributes of a key have them: everything is bytes in base 64 for URLs.
struct KeyAttestation {
  /// Of what the statements say. It tells them apart from those of hardware, which have numbers.
  static let version = "claviger/1"

  private let statements: AttestVaultKey.Statements

  init(_ statements: AttestVaultKey.Statements) { self.statements = statements }

  /// Writes the member.
  func write(_ json: inout JSONWriter) {
    json.name("attestation")
    json.beginObject()
    json.member("certificatePemFile", bytes: Array(pem.utf8))
    if let text = statements.secretHalf { json.member("privateKeyAttestation", bytes: Array(text.utf8)) }
    if let text = statements.publicHalf { json.member("publicKeyAttestation", bytes: Array(text.utf8)) }
    json.member("version", KeyAttestation.version)
    json.endObject()
  }

  private var pem: String { statements.chain.map(KeyAttestation.pem).joined() }

  /// RFC 7468.
  private static func pem(_ certificate: [UInt8]) -> String {
    let text = Array(Base64.string(certificate).utf8)
    var lines = "-----BEGIN CERTIFICATE-----\n"
    for start in stride(from: 0, to: text.count, by: 64) {
      lines += String(decoding: text[start..<min(start + 64, text.count)], as: UTF8.self) + "\n"
    }
    return lines + "-----END CERTIFICATE-----\n"
  }
}
