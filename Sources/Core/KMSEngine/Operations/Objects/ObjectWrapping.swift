package import KMSDomain

/// Keys that protect an object on its way out.
package struct ObjectWrapping: Sendable {
  /// How a key encrypts, once it is known.
  package enum Cipher: Sendable {
    case symmetric(CipherParameters)
    case rsa(RSAEncryption)
  }

  /// How a key makes a code or a signature, once it is known.
  package enum Seal: Sendable {
    case mac(MACMethod)
    case signature(SignatureParameters)
  }

  /// A key with what is to be done by it; asked once for each attempt, after the rights were judged.
  package struct Key<Use: Sendable>: Sendable {
    package let reference: KeyReference
    package let use: @Sendable (ProtectedKey) throws(KMSError) -> Use

    package init(
      _ reference: KeyReference, use: @escaping @Sendable (ProtectedKey) throws(KMSError) -> Use
    ) {
      self.reference = reference
      self.use = use
    }
  }

  /// nil: the object leaves in the clear, with a code.
  package let cipher: Key<Cipher>?
  package let seal: Key<Seal>?
  /// Whether the code is over what is encrypted, and not over the ciphertext.
  package let sealsPlain: Bool
  /// What is wrapped: the material as it is, or something that a door puts around it.
  package let encode: @Sendable (Payload, ProtectedKey) throws(KMSError) -> Payload

  package init(
    _ cipher: Key<Cipher>?, _ seal: Key<Seal>?, sealsPlain: Bool,
    encode: @escaping @Sendable (Payload, ProtectedKey) throws(KMSError) -> Payload
  ) {
    self.cipher = cipher
    self.seal = seal
    self.sealsPlain = sealsPlain
    self.encode = encode
  }
}

/// What leaves.
package enum WrappedObject: Sendable {
  case encrypted(Enciphered, code: [UInt8]?)
  /// In the clear, with a code over it.
  case sealed(Payload, code: [UInt8])
}

extension ObjectWrapping {
  package struct Found: Sendable {
    let key: ProtectedKey
    let live: (any LiveKey)?

    /// Work on a device always is.
    func isSlow(_ action: Action) -> Bool {
      key.record.spec.isSlow(action) || (live?.isElsewhere ?? false)
    }
  }

  /// Of its keys, in this order.
  var references: [KeyReference] { [cipher?.reference, seal?.reference].compactMap { $0 } }

  /// What each of them has to be allowed for.
  func demands(_ found: [Found]) -> [Demand] {
    zip(references, found).enumerated().map { place, pair in
      let record = pair.1.key.record
      let isCipher = cipher != nil && place == 0
      return Demand(
        .wrapKey, on: .key(pair.1.key), named: pair.0.asWritten, version: record.current,
        usage: isCipher ? nil : record.spec.isAsymmetric ? .sign : .mac)
    }
  }

  /// - Parameter first: the place of the first of the keys' permits.
  func wrap(
    _ plain: Payload, of key: ProtectedKey, _ found: [Found], _ permits: borrowing Permits, first: Int,
    _ custody: any KeyCustody
  ) throws(KMSError) -> WrappedObject {
    let content = try encode(plain, key)
    guard let cipher else {
      let (message, copy) = try content.twice()
      return .sealed(copy, code: try code(over: message, found, permits, first: first, custody))
    }
    guard sealsPlain, seal != nil else {
      let encrypted = try encrypt(content, cipher, found[0], permits, first, custody)
      guard seal != nil else { return .encrypted(encrypted, code: nil) }
      let message = Payload(copying: encrypted.data.span)
      return .encrypted(
        encrypted, code: try code(over: message, found, permits, first: first, custody))
    }
    let (message, copy) = try content.twice()
    let code = try code(over: message, found, permits, first: first, custody)
    return .encrypted(try encrypt(copy, cipher, found[0], permits, first, custody), code: code)
  }

  private func encrypt(
    _ content: Payload, _ cipher: Key<Cipher>, _ found: Found, _ permits: borrowing Permits, _ place: Int,
    _ custody: any KeyCustody
  ) throws(KMSError) -> Enciphered {
    guard let live = found.live else { throw .object(.noMaterial(cipher.reference.asWritten)) }
    let use = try cipher.use(found.key)
    return try permits.with(place) { (permit: borrowing Permit) throws(KMSError) in
      switch use {
      case .symmetric(let parameters):
        try custody.encipher(content, by: parameters, associated: [], with: live, permit: permit)
      case .rsa(let encryption):
        Enciphered(
          data: try custody.encrypt(content, by: encryption, with: live, permit: permit), iv: nil, tag: nil)
      }
    }
  }

  private func code(
    over message: Payload, _ found: [Found], _ permits: borrowing Permits, first: Int,
    _ custody: any KeyCustody
  ) throws(KMSError) -> [UInt8] {
    guard let seal, let last = found.last, let live = last.live else {
      throw .object(.noMaterial(seal?.reference.asWritten ?? ""))
    }
    let use = try seal.use(last.key)
    return try permits.with(first + found.count - 1) { (permit: borrowing Permit) throws(KMSError) in
      switch use {
      case .mac(let method): try custody.mac(message, by: method, with: live, permit: permit)
      case .signature(let parameters):
        try custody.sign(message, by: parameters, with: live, permit: permit)
      }
    }
  }
}

extension Payload {
  /// Two with the same bytes.
  /// - Throws: `custodyUnavailable` when they were read before.
  func twice() throws(KMSError) -> (Payload, Payload) {
    guard let both = readOnce({ (Payload(copying: $0), Payload(copying: $0)) }) else {
      throw .custodyUnavailable
    }
    return both
  }
}
