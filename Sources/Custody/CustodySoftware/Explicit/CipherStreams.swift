import KMSDomain
import KMSSecrets

/// A run that is shared by reference.
private final class CipherBox: Sendable {
  let run: CipherRun
  init(_ run: consuming CipherRun) { self.run = run }
}

private enum CipherState: Sendable {
  /// - Parameter count: bytes that went in, modulo nothing: of whole blocks when there is no padding.
  case piecewise(CipherBox, count: Int)
  case heldBack(HeldBack)

  init(_ whole: WholeCipher, encrypts: Bool) throws(KMSError) {
    // A device is asked once, for everything.
    guard !whole.key.isElsewhere, whole.choice.isPiecewise(encrypting: encrypts),
      case .cipher(let setup) = whole.choice.work
    else {
      self = .heldBack(HeldBack())
      return
    }
    let box = try whole.key.withMaterial { (bytes) throws(KMSError) in
      try CryptoFailure.unavailable { () throws(CryptoFailure) in
        CipherBox(try CipherRun(setup, encrypts: encrypts, key: bytes))
      }
    }
    self = .piecewise(box, count: 0)
  }
}

final class SoftwareEncipheringStream: EncipheringStream {
  var iv: [UInt8]? { whole.choice.iv }
  private let whole: WholeCipher
  private let entry: StreamGuard
  private let cell: StreamCell<CipherState>

  init(_ choice: CipherChoice, _ key: SoftwareLiveKey) throws(KMSError) {
    whole = WholeCipher(choice: choice, key: key)
    entry = StreamGuard(right: .encipher, key: key)
    cell = StreamCell(try CipherState(whole, encrypts: true))
  }

  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) -> [UInt8] {
    try entry.check(permit)
    return try cell.step { (state) throws(KMSError) in
      let piece = try StreamGuard.take(piece)
      switch state {
      case .heldBack(var held):
        try held.add(piece)
        state = .heldBack(held)
        return []
      case .piecewise(let box, let count):
        state = .piecewise(box, count: count &+ piece.count)
        return try CryptoFailure.unavailable { () throws(CryptoFailure) in
          try piece.withBytes { (bytes) throws(CryptoFailure) in try box.run.add(bytes) }
        }
      }
    }
  }

  func finish(_ piece: Payload?, permit: borrowing Permit) throws(KMSError) -> Enciphered {
    try entry.check(permit)
    let whole = whole
    return try cell.end { (state) throws(KMSError) in
      let piece = try StreamGuard.take(piece)
      switch state {
      case .heldBack(var held):
        try held.add(piece)
        return try whole.encipher(held.joined())
      case .piecewise(let box, let count):
        try whole.choice.checkTextLength(count &+ piece.count, whole.key.spec.blockLength)
        let last = try CryptoFailure.unavailable { () throws(CryptoFailure) in
          try piece.withBytes { (bytes) throws(CryptoFailure) in try box.run.finish(bytes) }
        }
        return Enciphered(data: last.data, iv: whole.choice.iv, tag: last.tag.isEmpty ? nil : last.tag)
      }
    }
  }
}

final class SoftwareDecipheringStream: DecipheringStream {
  private let whole: WholeCipher
  private let entry: StreamGuard
  private let cell: StreamCell<CipherState>

  init(_ choice: CipherChoice, _ key: SoftwareLiveKey) throws(KMSError) {
    whole = WholeCipher(choice: choice, key: key)
    entry = StreamGuard(right: .decipher, key: key)
    cell = StreamCell(try CipherState(whole, encrypts: false))
  }

  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) -> Payload {
    try entry.check(permit)
    return try cell.step { (state) throws(KMSError) in
      let piece = try StreamGuard.take(piece)
      switch state {
      case .heldBack(var held):
        try held.add(piece)
        state = .heldBack(held)
        return Payload(SecretBytes(public: []))
      case .piecewise(let box, let count):
        state = .piecewise(box, count: count &+ piece.count)
        return Payload(
          try WholeCipher.opened { () throws(CryptoFailure) in
            try piece.withBytes { (bytes) throws(CryptoFailure) in try box.run.addSecret(bytes) }
          })
      }
    }
  }

  func finish(_ piece: Payload?, tag: [UInt8]?, permit: borrowing Permit) throws(KMSError) -> Payload {
    try entry.check(permit)
    let whole = whole
    return try cell.end { (state) throws(KMSError) in
      let piece = try StreamGuard.take(piece)
      switch state {
      case .heldBack(var held):
        try held.add(piece)
        return Payload(try whole.decipher(held.joined(), tag: tag))
      case .piecewise(let box, let count):
        guard whole.choice.isTextLengthRight(count &+ piece.count, whole.key.spec.blockLength) else {
          throw .invalidCiphertext
        }
        return Payload(
          try WholeCipher.opened { () throws(CryptoFailure) in
            try piece.withBytes { (bytes) throws(CryptoFailure) in try box.run.finishSecret(bytes) }
          })
      }
    }
  }
}
