package import KMSBytes
package import KMSDomain

/// Takes a key out from under another, on its way in. What comes out is for the door, which makes an object of it: one that its
/// caller may well export. So whoever brings any text in as if it were a wrapped key can have it decrypted. Methods that authenticate
/// open only what was wrapped or encrypted by this very key; of the others, it takes the right to decrypt as well.
package struct UnwrapMaterial: Operation {
  /// How it was encrypted.
  package enum Opening: Sendable {
    /// Modes with a tag have it behind the ciphertext.
    case symmetric(CipherParameters)
    case rsa(RSAEncryption)

    /// Whether a ciphertext that somebody made up doesn't open.
    var authenticates: Bool {
      switch self {
      case .symmetric(let parameters):
        switch parameters.mode {
        case .gcm, .ccm, .chaCha20Poly1305, .keyWrap, .keyWrapPadded: true
        case .ecb, .cbc, .ctr, .cfb, .cfb8, .ofb, .xts, .chaCha20, .oneTimePad: false
        }
      case .rsa(.oaep): true
      case .rsa(.pkcs1), .rsa(.raw): false
      }
    }
  }

  package struct Cipher: Sendable {
    package let key: KeyReference
    /// Pure: how it is opened says which rights that takes. What it throws is told only to whoever has the right to unwrap.
    package let opening: @Sendable (ProtectedKey) throws(KMSError) -> Opening

    package init(
      _ key: KeyReference, _ opening: @escaping @Sendable (ProtectedKey) throws(KMSError) -> Opening
    ) {
      self.key = key
      self.opening = opening
    }
  }

  /// A code or signature that has to be right.
  package struct Seal: Sendable {
    package let key: ObjectWrapping.Key<ObjectWrapping.Seal>
    package let code: [UInt8]
    /// Whether it is over what was encrypted, and not over the ciphertext.
    package let isOverPlain: Bool

    package init(_ key: ObjectWrapping.Key<ObjectWrapping.Seal>, code: [UInt8], isOverPlain: Bool) {
      self.key = key
      self.code = code
      self.isOverPlain = isOverPlain
    }
  }

  package let data: WipedBytes
  /// nil: it only has a code.
  package let cipher: Cipher?
  package let seal: Seal?

  package init(_ data: WipedBytes, by cipher: Cipher?, seal: Seal? = nil) {
    self.data = data
    self.cipher = cipher
    self.seal = seal
  }

  package let operation = "UnwrapMaterial"
  package var asked: Asked { Asked(.unwrapKey, named: references.first?.asWritten ?? "") }
  package var references: [KeyReference] { [cipher?.key, seal?.key.reference].compactMap { $0 } }
  package var family: RequestFamily? { .objects }

  package struct Prepared: Sendable {
    let found: [ObjectWrapping.Found]
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    var found: [ObjectWrapping.Found] = []
    for reference in references {
      let key = try await desk.key(reference)
      found.append(ObjectWrapping.Found(key: key, live: try desk.openedMaterial(of: key.record)))
    }
    return Prepared(found: found)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let all = zip(references, prepared.found).enumerated().map { place, pair in
      let record = pair.1.key.record
      let isCipher = cipher != nil && place == 0
      return Demand(
        .unwrapKey, on: .key(pair.1.key), named: pair.0.asWritten, version: record.current,
        usage: isCipher ? nil : record.spec.isAsymmetric ? .verify : .verifyMac)
    }
    guard let first = all.first else { return Demands(Demand(.unwrapKey, on: .server, named: "")) }
    return Demands(first, and: Array(all.dropFirst()) + (demandToDecrypt(prepared).map { [$0] } ?? []))
  }

  /// The right only: what the key is for is still unwrapping.
  private func demandToDecrypt(_ prepared: Prepared) -> Demand? {
    guard let cipher, let found = prepared.found.first, let opening = try? cipher.opening(found.key),
      !opening.authenticates
    else { return nil }
    return Demand(
      .decrypt, on: .key(found.key), named: cipher.key.asWritten, version: found.key.record.current,
      usage: Action.unwrapKey.usage)
  }

  package func isSlow(_ prepared: Prepared) -> Bool {
    prepared.found.contains { $0.isSlow(.decrypt) }
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Payload> {
    if let seal, cipher == nil || !seal.isOverPlain {
      try verify(seal, over: data.withBytes { Payload(copying: $0) }, prepared, permits, desk)
    }
    guard cipher != nil else { return Performed(data.withBytes { Payload(copying: $0) }) }
    let plain = try opened(prepared, permits, desk)
    guard let seal, seal.isOverPlain else { return Performed(plain) }
    let (message, copy) = try plain.twice()
    try verify(seal, over: message, prepared, permits, desk)
    return Performed(copy)
  }

  private func opened(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) -> Payload {
    guard let cipher, let found = prepared.found.first, let live = found.live else {
      throw .object(.noMaterial(cipher?.key.asWritten ?? ""))
    }
    switch try cipher.opening(found.key) {
    case .rsa(let encryption):
      let ciphertext = data.withBytes { [UInt8](copying: $0) }
      return try desk.custody.decrypt(ciphertext, by: encryption, with: live, permit: permits.first)
    case .symmetric(let parameters):
      let tagLength = parameters.mode.hasTag ? parameters.tagLength : 0
      guard tagLength >= 0, tagLength <= data.count else { throw .invalidCiphertext }
      let (text, tag) = data.withBytes { bytes in
        let end = bytes.count - tagLength
        return (
          Payload(copying: bytes.extracting(0..<end)), [UInt8](copying: bytes.extracting(end..<bytes.count))
        )
      }
      return try desk.custody.decipher(
        text, by: parameters, associated: [], tag: tagLength == 0 ? nil : tag, with: live,
        permit: permits.first)
    }
  }

  private func verify(
    _ seal: Seal, over message: Payload, _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk
  ) throws(KMSError) {
    guard let found = prepared.found.last, let live = found.live else {
      throw .object(.noMaterial(seal.key.reference.asWritten))
    }
    let use = try seal.key.use(found.key)
    try permits.with(prepared.found.count - 1) { (permit: borrowing Permit) throws(KMSError) in
      switch use {
      case .mac(let method):
        try desk.custody.verifyMac(seal.code, of: message, by: method, with: live, permit: permit)
      case .signature(let parameters):
        try desk.custody.verify(seal.code, of: message, by: parameters, with: live, permit: permit)
      }
    }
  }
}
