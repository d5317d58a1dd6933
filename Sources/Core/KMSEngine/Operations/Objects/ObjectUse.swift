package import KMSDomain

/// What is done with an object's material, every detail of it.
package enum ObjectUse: Sendable {
  case encipher(Payload, CipherParameters, associated: [UInt8])
  case decipher(Payload, CipherParameters, associated: [UInt8], tag: [UInt8]?)
  case encrypt(Payload, RSAEncryption)
  case decrypt([UInt8], RSAEncryption)
  case sign(Payload, SignatureParameters)
  case verify([UInt8], of: Payload, SignatureParameters)
  case mac(Payload, MACMethod)
  case verifyMac([UInt8], of: Payload, MACMethod)
  /// Begins work in pieces, maybe with the first of them.
  case begin(StreamStart, Payload?)
  /// The next piece; `isLast` ends it.
  case goOn(ObjectStream, Payload?, isLast: Bool, tag: [UInt8]?)
}

/// Work in pieces that begins.
package enum StreamStart: Sendable {
  case encipher(CipherParameters, associated: [UInt8])
  case decipher(CipherParameters, associated: [UInt8])
  case sign(SignatureParameters)
  case verify(SignatureParameters)
  case mac(MACMethod)
  case verifyMac(MACMethod)
}

/// Work in pieces that is under way.
package enum ObjectStream: Sendable {
  case enciphering(any EncipheringStream)
  case deciphering(any DecipheringStream)
  case summing(any SummingStream)
  case verifying(any VerifyingStream)
}

/// What came of a use.
package enum ObjectYield: Sendable {
  case enciphered(Enciphered)
  case text(Payload)
  case bytes([UInt8])
  /// A signature or code that was right, or a piece that was taken.
  case nothing
  /// Work in pieces that has begun, and what came of the first piece.
  indirect case stream(ObjectStream, ObjectYield)
}

extension ObjectUse {
  /// - Throws: as custody's methods.
  func perform(
    _ key: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> ObjectYield {
    switch self {
    case .encipher(let text, let parameters, let associated):
      return .enciphered(
        try custody.encipher(text, by: parameters, associated: associated, with: key, permit: permit))
    case .decipher(let data, let parameters, let associated, let tag):
      return .text(
        try custody.decipher(
          data, by: parameters, associated: associated, tag: tag, with: key, permit: permit))
    case .encrypt(let text, let encryption):
      return .bytes(try custody.encrypt(text, by: encryption, with: key, permit: permit))
    case .decrypt(let data, let encryption):
      return .text(try custody.decrypt(data, by: encryption, with: key, permit: permit))
    case .sign(let message, let parameters):
      return .bytes(try custody.sign(message, by: parameters, with: key, permit: permit))
    case .verify(let signature, let message, let parameters):
      try custody.verify(signature, of: message, by: parameters, with: key, permit: permit)
      return .nothing
    case .mac(let message, let method):
      return .bytes(try custody.mac(message, by: method, with: key, permit: permit))
    case .verifyMac(let code, let message, let method):
      try custody.verifyMac(code, of: message, by: method, with: key, permit: permit)
      return .nothing
    case .begin(let start, let piece):
      let stream = try start.stream(key, permit, custody)
      return .stream(stream, try stream.add(piece, permit))
    case .goOn(let stream, let piece, let isLast, let tag):
      return isLast ? try stream.finish(piece, tag, permit) : try stream.add(piece, permit)
    }
  }

  /// Bytes that it processes, for limits that count them.
  var bytes: Int {
    switch self {
    case .encipher(let data, _, _), .decipher(let data, _, _, _), .encrypt(let data, _), .sign(let data, _),
      .verify(_, let data, _), .mac(let data, _), .verifyMac(_, let data, _):
      data.count
    case .decrypt(let data, _): data.count
    case .begin(_, let piece), .goOn(_, let piece, _, _): piece?.count ?? 0
    }
  }

  /// Whether it counts as a call of its own; later pieces belong to the first.
  var isCall: Bool {
    if case .goOn = self { false } else { true }
  }
}

extension StreamStart {
  fileprivate func stream(
    _ key: any LiveKey, _ permit: borrowing Permit, _ custody: any KeyCustody
  ) throws(KMSError) -> ObjectStream {
    switch self {
    case .encipher(let parameters, let associated):
      .enciphering(
        try custody.encipherStream(by: parameters, associated: associated, with: key, permit: permit))
    case .decipher(let parameters, let associated):
      .deciphering(
        try custody.decipherStream(by: parameters, associated: associated, with: key, permit: permit))
    case .sign(let parameters):
      .summing(try custody.signatureStream(by: parameters, with: key, permit: permit))
    case .verify(let parameters):
      .verifying(try custody.verificationStream(by: parameters, with: key, permit: permit))
    case .mac(let method): .summing(try custody.macStream(by: method, with: key, permit: permit))
    case .verifyMac(let method):
      .verifying(try custody.macVerificationStream(by: method, with: key, permit: permit))
    }
  }
}

extension ObjectStream {
  fileprivate func add(_ piece: Payload?, _ permit: borrowing Permit) throws(KMSError) -> ObjectYield {
    guard let piece else { return .nothing }
    switch self {
    case .enciphering(let stream):
      return .enciphered(Enciphered(data: try stream.add(piece, permit: permit), iv: nil, tag: nil))
    case .deciphering(let stream): return .text(try stream.add(piece, permit: permit))
    case .summing(let stream):
      try stream.add(piece, permit: permit)
      return .nothing
    case .verifying(let stream):
      try stream.add(piece, permit: permit)
      return .nothing
    }
  }

  fileprivate func finish(
    _ piece: Payload?, _ tag: [UInt8]?, _ permit: borrowing Permit
  ) throws(KMSError) -> ObjectYield {
    switch self {
    case .enciphering(let stream): return .enciphered(try stream.finish(piece, permit: permit))
    case .deciphering(let stream): return .text(try stream.finish(piece, tag: tag, permit: permit))
    case .summing(let stream): return .bytes(try stream.finish(piece, permit: permit))
    case .verifying(let stream):
      try stream.finish(piece, expecting: tag ?? [], permit: permit)
      return .nothing
    }
  }
}
