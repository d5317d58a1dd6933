import KMSDomain
import KMSSecrets
import Synchronization

/// A key on a token, in use.
final class TokenKey: DeviceKey {
  let device: TokenKeyDevice
  let object: ObjectID
  let form: TokenForm
  private let serial: String

  init(_ device: TokenKeyDevice, _ object: ObjectID, _ form: TokenForm, onTokenWith serial: String) {
    self.serial = serial
    self.device = device
    self.object = object
    self.form = form
  }

  func token() throws(HSMFault) -> Token { try device.token(with: serial) }

  /// - Throws: `unsupported` where the token can't do it; also that it isn't there.
  func require(_ mechanism: Mechanism, for use: MechanismTable.Use) throws(DeviceFault) {
    guard try !has(mechanism, for: use) else { return }
    throw DeviceFault(HSMFault.missingMechanism("\(mechanism)"))
  }

  func has(_ mechanism: Mechanism, for use: MechanismTable.Use) throws(DeviceFault) -> Bool {
    try device.reporting { () throws(HSMFault) in try token() }.mechanisms.has(mechanism, for: use)
  }

  func code(over text: borrowing SecretBytes, by method: MACMethod) throws(DeviceFault) -> SecretBytes {
    let (mechanism, length) = try onToken(method)
    try require(mechanism, for: .sign)
    let text = Shared(text.prefix(text.count))
    let code = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.code(over: text.secret, by: mechanism, with: key, length: length))
      }
    }
    guard let secret = code.take() else { throw .rejected }
    return secret
  }

  private func onToken(_ method: MACMethod) throws(DeviceFault) -> (Mechanism, length: Int) {
    switch (method, form) {
    case (.hmac(let hash), .codes):
      guard let mechanism = Mechanism.hmac(hash) else {
        throw .unsupported("HMAC with \(hash.standardName) is not among what is done on a token")
      }
      return (mechanism, hash.length)
    case (.cmac, .cipher): return (.aesCMAC, 16)
    case (.hmac, .cipher): throw .unsupported("the key is one of AES on the token, which makes no HMAC")
    case (.cmac, .codes): throw .unsupported("the key on the token makes HMAC only")
    case (.poly1305, _): throw .unsupported("Poly1305 is not among what is done on a token")
    case (.hmac, .pair), (.cmac, .pair): throw .unsupported("the key pair on the token makes no such codes")
    }
  }

  func sign(_ digest: [UInt8], by parameters: SignatureParameters) throws(DeviceFault) -> [UInt8] {
    let (method, text) = try parameters.onToken(digest)
    try require(method.mechanism, for: .sign)
    return try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        try session.sign(SecretBytes(copying: text.span), by: method, with: key)
      }
    }
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

// MARK: - RSA

extension TokenKey {
  func canDecrypt(by encryption: RSAEncryption) throws(DeviceFault) -> Bool {
    guard let method = encryption.onToken, try has(method.mechanism, for: .decrypt) else { return false }
    guard case .oaep = method else { return true }
    if let known = device.paddings[method] { return known }
    let can = try device.reporting { () throws(HSMFault) in
      let object = self.object
      return try token().tryOut(object) { (session, key) throws(ReturnCode) in
        try session.wouldDecrypt(by: method, with: key)
      }
    }
    device.paddings[method] = can
    return can
  }

  func decrypt(_ ciphertext: [UInt8], by encryption: RSAEncryption) throws(DeviceFault) -> SecretBytes {
    guard let method = encryption.onToken, try canDecrypt(by: encryption) else {
      throw .unsupported("the token does not decrypt so")
    }
    let publicHalf = ObjectID(kind: .publicHalf, id: object.id)
    let text = try device.reporting { () throws(HSMFault) in
      try token().use(object) { (session, key) throws(ReturnCode) in
        Payload(try session.decrypt(ciphertext, padding: method, with: key, publicHalf))
      }
    }
    guard let secret = text.take() else { throw .rejected }
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
      // Without padding, a text is as long as the modulus.
      let zeros = padding == .plain(.rsaX509) ? max(0, ciphertext.count - 1) : 0
      let text = [UInt8](repeating: 0, count: zeros) + [1]
      let probe = try encrypt(SecretBytes(copying: text.span), by: padding, with: other)
      _ = try decrypt(probe, by: padding, with: key)
      throw .encryptedDataInvalid
    }
  }
}

/// Which hashes a token takes for RSAES-OAEP, once somebody has tried.
final class TriedPaddings: Sendable {
  private let known = Mutex<[Method: Bool]>([:])

  subscript(padding: Method) -> Bool? {
    get { known.withLock { $0[padding] } }
    set { known.withLock { $0[padding] = newValue } }
  }
}
