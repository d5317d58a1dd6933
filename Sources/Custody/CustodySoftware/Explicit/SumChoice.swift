import KMSDomain
import KMSSecrets

/// A sum that is shared by reference.
final class SumBox: Sendable {
  let sum: Sum
  init(_ sum: consuming Sum) { self.sum = sum }

  func add(_ piece: borrowing SecretBytes) throws(KMSError) {
    do throws(CryptoFailure) {
      try piece.withBytes { (bytes) throws(CryptoFailure) in try sum.add(bytes) }
    } catch {
      throw .custodyUnavailable
    }
  }

  func finish() throws(KMSError) -> [UInt8] {
    try CryptoFailure.unavailable { () throws(CryptoFailure) in try sum.finish() }
  }
}

extension LegacyAlgorithms {
  /// - Throws: `KMSError.unsupportedAlgorithm`.
  func hash(_ function: HashFunction) throws(KMSError) -> SumBox {
    try LegacyAlgorithms.sum(try name(of: function))
  }

  static func sum(_ name: String) throws(KMSError) -> SumBox {
    try CryptoFailure.unavailable { () throws(CryptoFailure) in SumBox(try Sum(hash: name)) }
  }

  /// A code by the key, begun.
  /// - Throws: `KMSError.cryptography(.keyKind)`, `unsupportedAlgorithm`.
  func mac(_ method: MACMethod, _ key: SoftwareLiveKey) throws(KMSError) -> SumBox {
    let name = try name(of: method, key)
    return try key.withMaterial { (bytes) throws(KMSError) in
      try CryptoFailure.unavailable { () throws(CryptoFailure) in SumBox(try Sum(name, key: bytes)) }
    }
  }

  /// What has to hold before a device is asked for a code.
  /// - Throws: `KMSError.cryptography(.keyKind)`, `unsupportedAlgorithm`.
  func check(_ method: MACMethod, elsewhere key: SoftwareLiveKey) throws(KMSError) {
    guard !key.spec.isAsymmetric else { throw .cryptography(.keyKind) }
    switch method {
    case .hmac(let hash): _ = try name(of: hash)
    case .cmac: guard key.spec.isAES else { throw .cryptography(.keyKind) }
    case .poly1305: throw SoftwareLiveKey.notElsewhere
    }
  }

  /// The method in libcrypto's words, if the key goes with it.
  func name(of method: MACMethod, _ key: SoftwareLiveKey) throws(KMSError) -> MACName {
    let length = try key.withMaterial { (bytes) throws(KMSError) in bytes.count }
    switch method {
    case .hmac(let hash): return MACName(mac: "HMAC", inner: try name(of: hash))
    case .poly1305:
      guard length == 32 else { throw .cryptography(.keyKind) }
      return MACName(mac: "POLY1305", inner: nil)
    case .cmac:
      if key.spec.isAES { return MACName(mac: "CMAC", inner: "AES-\(length * 8)-CBC") }
      guard key.spec == .tripleDES168 || key.spec == .tripleDES112 else { throw .cryptography(.keyKind) }
      let permission = try permission(for: .tripleDES, key.spec.standardName)
      return MACName(
        mac: "CMAC", inner: InsecureCiphers.tripleDES(.cbc, keyLength: length, permission))
    }
  }
}
