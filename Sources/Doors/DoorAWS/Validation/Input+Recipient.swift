import KMSDomain
import WireJSON

extension Input {
  /// The attestation document of `Recipient`; nil when the answer is for the caller.
  mutating func recipient() throws(AWSError) -> [UInt8]? {
    guard let structure = value("Recipient") else { return nil }
    guard structure.kind == .object else { throw .wrongType(structure, "a Structure") }
    if let algorithm = structure["KeyEncryptionAlgorithm"], !algorithm.isNull {
      _ = try text(algorithm, at: { "recipient.keyEncryptionAlgorithm" }, .keyEncryptionAlgorithm)
    } else {
      refuse(.validation("Recipient.KeyEncryptionAlgorithm is required."))
    }
    if let document = structure["AttestationDocument"], !document.isNull {
      return try blob(document, at: "recipient.attestationDocument", ModelRange.attestationDocument) ?? []
    }
    refuse(.validation("Recipient.AttestationDocument is required."))
    return []
  }
}
