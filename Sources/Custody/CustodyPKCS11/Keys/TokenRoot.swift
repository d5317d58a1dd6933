package import KMSDomain
import KMSSecrets

/// Keeps roots on a token: an AES-256 key that is sensitive and not extractable, and wraps by CKM_AES_GCM on the token.
package struct TokenRootDevice: RootDevice {
  private let token: Token

  package init(_ token: Token) { self.token = token }

  package func makeKey(for store: Bits128) throws(DeviceFault) -> [UInt8] {
    try translating { () throws(HSMFault) in
      try requireMechanisms()
      let id = try token.run { (session) throws(HSMFault) in
        try HSMFault.calling { () throws(ReturnCode) in try session.random(TokenRootReference.idLength) }
      }
      let reference = TokenRootReference(serial: token.info.serial, id: id)
      let object = reference.object
      try token.make(object) { (session) throws(ReturnCode) in
        _ = try session.makeSecret(
          .aes([.encrypt, .decrypt]), bytes: TokenRootKey.bytes, id: id, label: "claviger root \(store.hex)")
      }
      return reference.encoded
    }
  }

  package func key(_ reference: [UInt8], of store: Bits128) throws(DeviceFault) -> any RootDeviceKey {
    guard let named = TokenRootReference(reference) else {
      throw .refused("the seal file does not say which key of a token the root is")
    }
    guard named.serial == token.info.serial else {
      throw .refused(
        "the root is on the token with the serial number \(named.serial), not on \"\(token.info.label)\" (\(token.info.serial))"
      )
    }
    try translating { () throws(HSMFault) in
      try requireMechanisms()
      let isLockedIn = try token.use(named.object) { (session, key) throws(ReturnCode) in
        try session.isLockedIn(key)
      }
      guard isLockedIn else { throw .extractable(named.object.name) }
    }
    return TokenRootKey(token, named.object)
  }

  private func requireMechanisms() throws(HSMFault) {
    for use in [MechanismTable.Use.encrypt, .decrypt] where !token.mechanisms.has(.aesGCM, for: use) {
      throw .missingMechanism("\(Mechanism.aesGCM)")
    }
  }
}

/// A root on a token.
///
/// A blob has the layout of all others: format version, nonce, ciphertext, tag. The nonce is 96 bits from the token's generator;
/// a root wraps a handful of times in its life.
struct TokenRootKey: RootDeviceKey {
  static let bytes = 32
  private static let formatVersion: UInt8 = 1
  private static let nonceLength = 12
  private static let tagLength = 16
  private let token: Token
  private let object: ObjectID

  init(_ token: Token, _ object: ObjectID) {
    self.token = token
    self.object = object
  }

  func wrap(_ secret: borrowing SecretBytes, bound: [UInt8]) throws(DeviceFault) -> [UInt8] {
    let text = Shared(secret.prefix(secret.count))
    return try translating { () throws(HSMFault) in
      try token.use(object) { (session, key) throws(ReturnCode) in
        let nonce = try session.random(TokenRootKey.nonceLength)
        let sealed = try session.encrypt(text.secret, by: .gcm(nonce: nonce, bound: bound), with: key)
        guard sealed.count == text.secret.count + TokenRootKey.tagLength else { throw .generalError }
        return [TokenRootKey.formatVersion] + nonce + sealed
      }
    }
  }

  func unwrap(_ blob: [UInt8], bound: [UInt8]) throws(DeviceFault) -> SecretBytes {
    let start = 1 + TokenRootKey.nonceLength
    guard blob.count >= start + TokenRootKey.tagLength, blob[0] == TokenRootKey.formatVersion else {
      throw .rejected
    }
    let nonce = Array(blob[1..<start])
    let opened = try translating { () throws(HSMFault) in
      try token.use(object) { (session, key) throws(ReturnCode) in
        let text = try session.decrypt(sealed: Array(blob[start...]), nonce: nonce, bound: bound, with: key)
        guard text.count == blob.count - start - TokenRootKey.tagLength else { throw .generalError }
        return Payload(text)
      }
    }
    guard let secret = opened.take() else { throw .rejected }
    return secret
  }
}

extension Session {
  /// Tokens don't agree on what they answer to a wrong tag: SoftHSM says the same as when it fails itself. Whoever still opens what
  /// it has just sealed has judged the data.
  fileprivate func decrypt(
    sealed: [UInt8], nonce: [UInt8], bound: [UInt8], with key: UInt
  ) throws(ReturnCode) -> SecretBytes {
    do throws(ReturnCode) {
      return try decrypt(sealed, by: .gcm(nonce: nonce, bound: bound), with: key)
    } catch {
      guard error.mayRejectData else { throw error }
      let fresh = Method.gcm(nonce: try random(12), bound: [])
      let probe = try encrypt(SecretBytes(copying: [0].span), by: fresh, with: key)
      _ = try decrypt(probe, by: fresh, with: key)
      throw .encryptedDataInvalid
    }
  }
}

/// What finds a root again: a token's serial number and CKA_ID.
struct TokenRootReference {
  static let idLength = 16
  private static let formatVersion: UInt8 = 1
  let serial: String
  let id: [UInt8]

  var object: ObjectID { ObjectID(kind: .secret, id: id) }
  var encoded: [UInt8] { [TokenRootReference.formatVersion] + id + Array(serial.utf8) }

  init(serial: String, id: [UInt8]) {
    self.serial = serial
    self.id = id
  }

  /// - Returns: nil for anything but what `encoded` gives.
  init?(_ bytes: [UInt8]) {
    let end = 1 + TokenRootReference.idLength
    guard bytes.count >= end, bytes.count <= end + 16, bytes[0] == TokenRootReference.formatVersion,
      let serial = String(validating: bytes[end...], as: UTF8.self)
    else { return nil }
    self.init(serial: serial, id: Array(bytes[1..<end]))
  }
}
