package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let right: UseRight = derivation.isAgreement ? .agree : .derive
    let key = try usable(key, right, permit)
    return try derive(length, by: derivation, key, more: nil)
  }

  package func derive(
    _ length: Int, by derivation: KeyDerivation, with key: any LiveKey, data: any LiveKey,
    permit: borrowing Permit, dataPermit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try usable(key, .derive, permit)
    let data = try ours(data, .derive, dataPermit)
    // It has no data.
    guard !derivation.isAgreement else { throw .cryptography(.keyKind) }
    let more = try data.withMaterial { (bytes) throws(KMSError) in Secret(SecretBytes(copying: bytes)) }
    return try derive(length, by: derivation, key, more: more)
  }

  private func derive(
    _ length: Int, by derivation: KeyDerivation, _ key: SoftwareLiveKey, more: Secret?
  ) throws(KMSError) -> Payload {
    guard (1...KeyDerivation.longestOutput).contains(length) else { throw .cryptography(.outputLength) }
    let derived = try KeyDeriver(key: key, legacy: legacy, more: more).derive(length, by: derivation)
    guard derived.count >= length else { throw .cryptography(.outputLength) }
    return Payload(derived.prefix(length))
  }
}

extension KeyDerivation {
  var isAgreement: Bool {
    switch self {
    case .agreement: true
    case .pbkdf2, .hash, .hmac, .encrypt, .sp800_108, .hkdf, .awsSignature: false
    }
  }
}
