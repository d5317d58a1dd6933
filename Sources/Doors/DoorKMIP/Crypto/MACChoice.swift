import KMSDomain
import WireKMIP

extension CryptographicParameters {
  /// How a key makes a code: as the parameters say, or as the key's kind does. An AES key can make HMACs.
  func mac(with key: UsedKey) throws(KMIPFault) -> MACMethod {
    if let algorithm, let function = HashFunction(hmac: algorithm) { return .hmac(function) }
    if mode == .cmac { return .cmac }
    if (algorithm ?? key.algorithm) == .poly1305 { return .poly1305 }
    if let hash { return .hmac(try HashFunction(hash)) }
    if let named = key.algorithm.flatMap(HashFunction.init(hmac:)) { return .hmac(named) }
    switch key.spec.keyClass {
    case .hmac(let usual): return .hmac(usual)
    case .blockCipher, .chaCha20, .bytes, .rsa, .ecdsa, .edDSA, .dsa, .other:
      throw .badParameters("The algorithm of the code is missing.")
    }
  }
}
