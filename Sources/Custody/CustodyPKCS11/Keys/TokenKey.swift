import KMSDomain
import KMSSecrets
import Synchronization

/// A key on a token, in use.
final class TokenKey: DeviceKey {
  private let device: TokenKeyDevice
  private let object: ObjectID
  private let serial: String

  init(_ device: TokenKeyDevice, _ object: ObjectID, onTokenWith serial: String) {
    self.device = device
    self.object = object
    self.serial = serial
  }

  private func token() throws(HSMFault) -> Token { try device.token(with: serial) }

  func code(over text: borrowing SecretBytes, by algorithm: MACAlgorithm) throws(DeviceFault) -> SecretBytes {
    let (mechanism, length) = algorithm.onToken
    let text = Shared(text.prefix(text.count))
    let code = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.code(over: text.secret, by: mechanism, with: key, length: length))
      }
    }
    guard let secret = code.take() else { throw .rejected }
    return secret
  }

  func sign(_ digest: [UInt8], by algorithm: SigningAlgorithm) throws(DeviceFault) -> [UInt8] {
    guard let (method, text) = algorithm.onToken(digest) else {
      throw .unsupported("the token does not sign by \(algorithm.standardName)")
    }
    return try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        try session.sign(SecretBytes(copying: text.span), by: method, with: key)
      }
    }
  }

  func canDecrypt(by algorithm: EncryptionAlgorithm) throws(DeviceFault) -> Bool {
    guard let hash = algorithm.onToken else { return false }
    if let known = device.paddings[hash] { return known }
    let can = try device.reporting { () throws(HSMFault) in
      let object = self.object
      return try token().tryOut(object) { (session, key) throws(ReturnCode) in
        try session.wouldDecrypt(by: .oaep(hash), with: key)
      }
    }
    device.paddings[hash] = can
    return can
  }

  func decrypt(_ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm) throws(DeviceFault) -> SecretBytes {
    guard let hash = algorithm.onToken, try canDecrypt(by: algorithm) else {
      throw .unsupported("the token does not decrypt by \(algorithm.standardName)")
    }
    let publicHalf = ObjectID(kind: .publicHalf, id: object.id)
    let text = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.decrypt(ciphertext, padding: .oaep(hash), with: key, publicHalf))
      }
    }
    guard let secret = text.take() else { throw .rejected }
    return secret
  }

  func agree(with point: [UInt8], length: Int) throws(DeviceFault) -> SecretBytes {
    let shared = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.agree(with: point, key: key, length: length))
      }
    }
    guard let secret = shared.take() else { throw .rejected }
    return secret
  }
}

extension Session {
  /// As with GCM: a general error may mean the data or the token. Whoever still decrypts what its public half encrypts has judged
  /// the data.
  fileprivate func decrypt(
    _ ciphertext: [UInt8], padding: Method, with key: UInt, _ publicHalf: ObjectID
  ) throws(ReturnCode) -> SecretBytes {
    do throws(ReturnCode) {
      return try decrypt(ciphertext, by: padding, with: key)
    } catch {
      guard error.mayRejectData, let other = try object(publicHalf) else { throw error }
      let probe = try encrypt(SecretBytes(copying: [0].span), by: padding, with: other)
      _ = try decrypt(probe, by: padding, with: key)
      throw .encryptedDataInvalid
    }
  }
}

/// Which hashes a token takes for RSAES-OAEP, once somebody has tried.
final class TriedPaddings: Sendable {
  private let known = Mutex<[Mechanism: Bool]>([:])

  subscript(hash: Mechanism) -> Bool? {
    get { known.withLock { $0[hash] } }
    set { known.withLock { $0[hash] = newValue } }
  }
}

extension EncryptionAlgorithm {
  /// The hash of RSAES-OAEP; nil for what isn't that.
  fileprivate var onToken: Mechanism? {
    switch self {
    case .rsaOAEPSHA1: .sha1
    case .rsaOAEPSHA256: .sha256
    case .sm2PKE: nil
    }
  }
}

extension MACAlgorithm {
  fileprivate var onToken: (Mechanism, length: Int) {
    switch self {
    case .hmacSHA224: (.sha224HMAC, 28)
    case .hmacSHA256: (.sha256HMAC, 32)
    case .hmacSHA384: (.sha384HMAC, 48)
    case .hmacSHA512: (.sha512HMAC, 64)
    }
  }
}

extension SigningAlgorithm {
  /// The mechanism, and what it signs: of PKCS#1 v1.5 the hash with its name (RFC 8017, 9.2), elsewhere the hash.
  fileprivate func onToken(_ digest: [UInt8]) -> (Method, [UInt8])? {
    switch self {
    case .rsaPKCS1SHA256: (.plain(.rsaPKCS), SigningAlgorithm.info(1) + digest)
    case .rsaPKCS1SHA384: (.plain(.rsaPKCS), SigningAlgorithm.info(2) + digest)
    case .rsaPKCS1SHA512: (.plain(.rsaPKCS), SigningAlgorithm.info(3) + digest)
    case .rsaPSSSHA256: (.pss(.sha256, salt: 32), digest)
    case .rsaPSSSHA384: (.pss(.sha384, salt: 48), digest)
    case .rsaPSSSHA512: (.pss(.sha512, salt: 64), digest)
    case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: (.plain(.ecdsa), digest)
    case .ed25519, .ed25519ph, .sm2DSA, .mlDSA: nil
    }
  }

  /// What stands before the hash in a DigestInfo: SHA-256, SHA-384 and SHA-512 are 1, 2 and 3 among the hashes of NIST's arc.
  private static func info(_ hash: UInt8) -> [UInt8] {
    let length: UInt8 = 16 + 16 * hash
    return [
      0x30, 17 + length, 0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 1, 101, 3, 4, 2, hash, 0x05, 0, 0x04, length,
    ]
  }
}
