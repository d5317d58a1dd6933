import KMSDomain
import WireKMIP

/// How a secret is to be derived (KMIP 2.1 sections 6.1.14 and 7.12).
struct DerivationRequest: Sendable {
  let method: KMIP.DerivationMethod
  private let parameters: CryptographicParameters?
  private let iv: [UInt8]?
  /// Each field that the client gave.
  private let data: [[UInt8]]
  private let salt: [UInt8]?
  private let iterations: Int?
}

extension DerivationRequest {
  /// - Throws: `invalidMessage`, `badCryptographicParameters`.
  init(_ payload: TTLVItem) throws(KMIPFault) {
    method = try payload.required(.derivationMethod) { $0.enumeration() }
    let fields = try payload.required(.derivationParameters) { $0.isStructure ? $0 : nil }
    if let item = fields[.cryptographicParameters] {
      parameters = try CryptographicParameters(item)
    } else {
      parameters = nil
    }
    iv = try fields.field(.initializationVector, \.byteString)
    salt = try fields.field(.salt, \.byteString)
    iterations = try fields.field(.iterationCount) { $0.integer.flatMap { $0 > 0 ? Int($0) : nil } }
    var data: [[UInt8]] = []
    for item in fields.all(.derivationData) {
      guard let bytes = item.byteString else { throw .malformed("The derivation data") }
      data.append(bytes)
    }
    self.data = data
  }

  /// Whether a second object is a party to an agreement, and not data.
  var isAgreement: Bool { method == .asymmetricKey }

  /// Whether the client gave data, which a second object would be, too.
  var hasData: Bool { !data.isEmpty }

  private var allData: [UInt8] { Array(data.joined()) }

  /// - Parameter key: what is derived from.
  /// - Parameter length: bytes that are to come of it.
  /// - Parameter peer: of an agreement, the other party's public key (SubjectPublicKeyInfo).
  /// - Throws: `invalidMessage`, `badCryptographicParameters`, `unsupportedCryptographicParameters`.
  func derivation(from key: UsedKey, _ length: Int, peer: [UInt8]?) throws(KMIPFault) -> KeyDerivation {
    let used = key.parameters(parameters)
    switch method {
    case .pbkdf2:
      guard let salt, let iterations else { throw .missing("Salt or iteration count") }
      // PKCS#5's own default.
      return .pbkdf2(try parameters?.hash.map(HashFunction.init) ?? .sha1, salt: salt, iterations: iterations)
    case .hash: return .hash(try used.hashFunction(), data: allData)
    case .hmac: return byCode(try hmac(used, key), length)
    case .encrypt:
      return .encrypt(try used.cipher(with: key, iv: iv, enciphering: true), data: allData)
    case .nist800_108C: return .sp800_108(.counter, by: try used.mac(with: key), data: allData)
    case .nist800_108F:
      return .sp800_108(.feedback(iv: iv ?? []), by: try used.mac(with: key), data: allData)
    case .nist800_108DPI: return .sp800_108(.doublePipeline, by: try used.mac(with: key), data: allData)
    case .asymmetricKey:
      guard let peer else { throw .missing("The other party's public key") }
      return .agreement(peer: peer)
    case .awsSignatureVersion4: return .awsSignature(steps: data)
    case .hkdf: return .hkdf(try used.hashFunction(), salt: salt ?? [], info: allData)
    }
  }

  /// The specification's HMAC is one code, which has no salt. Where more bytes are wanted than a code has, clients mean the function
  /// that makes many bytes of codes (RFC 5869), with the data as its information.
  private func byCode(_ hash: HashFunction, _ length: Int) -> KeyDerivation {
    length <= hash.length ? .hmac(hash, data: allData) : .hkdf(hash, salt: salt ?? [], info: allData)
  }

  private func hmac(_ used: CryptographicParameters, _ key: UsedKey) throws(KMIPFault) -> HashFunction {
    guard case .hmac(let function) = try used.mac(with: key) else {
      throw .badParameters("The hash function of the HMAC is missing.")
    }
    return function
  }
}
