import KMSDomain
import KMSSecrets

/// Derives from one key.
struct KeyDeriver: Sendable {
  let key: SoftwareLiveKey
  let legacy: LegacyAlgorithms
  /// Secret data behind the public.
  let more: Secret?

  /// - Returns: at least so many bytes, where the method yields that many.
  func derive(_ length: Int, by derivation: KeyDerivation) throws(KMSError) -> SecretBytes {
    switch derivation {
    case .pbkdf2(let hash, let salt, let iterations):
      return try pbkdf2(length, hash, salt, iterations)
    case .hash(let hash, let data): return try hashed(hash, data)
    case .hmac(let hash, let data): return try code(.hmac(hash), [input(data)])
    case .encrypt(let parameters, let data): return try encrypted(parameters, data)
    case .sp800_108(.doublePipeline, let method, let data): return try doublePipeline(length, method, data)
    case .sp800_108(let mode, let method, let data): return try kbkdf(length, mode, method, data)
    case .hkdf(let hash, let salt, let info): return try hkdf(length, hash, salt, info)
    case .agreement(let peer): return try agreed(with: peer)
    case .awsSignature(let steps): return try awsSignature(steps)
    }
  }

  /// Public data, and what is secret of it.
  private func input(_ data: [UInt8]) -> Secret {
    guard let more else { return Secret(data) }
    return Secret(Secret.joined([Secret(data), more]))
  }

  private func failing(
    _ body: (Span<UInt8>) throws(CryptoFailure) -> SecretBytes
  ) throws(KMSError) -> SecretBytes {
    try key.withMaterial { (bytes) throws(KMSError) in
      try CryptoFailure.unavailable { () throws(CryptoFailure) in try body(bytes) }
    }
  }
}

extension KeyDeriver {
  private func pbkdf2(
    _ length: Int, _ hash: HashFunction, _ salt: [UInt8], _ iterations: Int
  ) throws(KMSError) -> SecretBytes {
    // The salt is the method's only data.
    guard more == nil else { throw .cryptography(.keyKind) }
    // Each block of the output, as long as a hash, takes all of them.
    let blocks = max(1, (length + hash.length - 1) / hash.length)
    guard (1...KeyDerivation.mostIterations / blocks).contains(iterations) else {
      throw .cryptography(.iterations)
    }
    let name = try legacy.name(of: hash)
    return try failing { (password) throws(CryptoFailure) in
      try Derivation.pbkdf2(
        password, hash: name, salt: salt, iterations: UInt32(clamping: iterations), count: length)
    }
  }

  private func hkdf(
    _ length: Int, _ hash: HashFunction, _ salt: [UInt8], _ info: [UInt8]
  ) throws(KMSError) -> SecretBytes {
    guard length <= 255 * hash.length else { throw .cryptography(.outputLength) }
    let name = try legacy.name(of: hash)
    let info = input(info)
    return try failing { (key) throws(CryptoFailure) in
      try info.bytes.withBytes { (info) throws(CryptoFailure) in
        try Derivation.hkdf(key, hash: name, salt: salt, info: info, count: length)
      }
    }
  }

  private func hashed(_ hash: HashFunction, _ data: [UInt8]) throws(KMSError) -> SecretBytes {
    let sum = try legacy.hash(hash)
    let data = input(data)
    return try failing { (key) throws(CryptoFailure) in
      try sum.sum.add(key)
      try data.bytes.withBytes { (data) throws(CryptoFailure) in try sum.sum.add(data) }
      return try sum.sum.finishSecret()
    }
  }

  /// A code of these, one after the other.
  private func code(_ method: MACMethod, _ parts: [Secret]) throws(KMSError) -> SecretBytes {
    let sum = try legacy.mac(method, key)
    for part in parts { try sum.add(part.bytes) }
    return try CryptoFailure.unavailable { () throws(CryptoFailure) in try sum.sum.finishSecret() }
  }

  private func encrypted(_ parameters: CipherParameters, _ data: [UInt8]) throws(KMSError) -> SecretBytes {
    // A random IV would make a key that nobody derives again.
    let choice = try CipherChoice(parameters, associated: [], key, makesIV: false, legacy)
    guard case .cipher(let setup) = choice.work else { throw .cryptography(.keyKind) }
    let block = key.spec.blockLength
    let text = try WholeCipher(choice: choice, key: key).padded(input(data).bytes, block)
    try choice.checkTextLength(text.count, block)
    return try failing { (key) throws(CryptoFailure) in
      let run = try CipherRun(setup, encrypts: true, key: key, total: text.count)
      return try text.withBytes { (text) throws(CryptoFailure) in try run.finishSecret(text) }
    }
  }

  private func agreed(with peer: [UInt8]) throws(KMSError) -> SecretBytes {
    let pair = try key.pair(needsPrivateHalf: true)
    guard key.spec.agrees else { throw .cryptography(.keyKind) }
    try legacy.require(pair)
    guard let theirs = try? KeyPair(publicKey: peer, key.spec) else { throw .invalidPublicKey }
    do throws(CryptoFailure) {
      return try pair.agreeChecked(with: theirs)
    } catch {
      throw error == .rejected ? .invalidPublicKey : .custodyUnavailable
    }
  }

  private func awsSignature(_ steps: [[UInt8]]) throws(KMSError) -> SecretBytes {
    guard !steps.isEmpty, more == nil else { throw .cryptography(.outputLength) }
    var last = try failing { (key) throws(CryptoFailure) in
      SecretBytes(copying: key).prefixed(by: Array("AWS4".utf8))
    }
    for step in steps {
      let next = try CryptoFailure.unavailable { () throws(CryptoFailure) in
        try MACKey(last).secretCode(for: step.span)
      }
      last = next
    }
    return last
  }
}

// MARK: - SP 800-108

extension KeyDeriver {
  private func kbkdf(
    _ length: Int, _ mode: KeyDerivationMode, _ method: MACMethod, _ data: [UInt8]
  ) throws(KMSError) -> SecretBytes {
    guard method != .poly1305 else { throw .cryptography(.keyKind) }
    let name = try legacy.name(of: method, key)
    let data = input(data)
    let iv: [UInt8]? = if case .feedback(let iv) = mode { iv } else { nil }
    guard iv.map({ $0.isEmpty || $0.count == method.length(key.spec) }) ?? true else {
      throw .cryptography(.ivLength)
    }
    return try failing { (key) throws(CryptoFailure) in
      try data.bytes.withBytes { (data) throws(CryptoFailure) in
        try Derivation.sp800_108(key, by: name, data: data, iv: iv, count: length)
      }
    }
  }

  /// Section 4.3, which libcrypto hasn't: A(i) is the code of A(i - 1), A(0) the data; each block is the code of A(i), the
  /// counter and the data.
  private func doublePipeline(
    _ length: Int, _ method: MACMethod, _ data: [UInt8]
  ) throws(KMSError) -> SecretBytes {
    guard method != .poly1305 else { throw .cryptography(.keyKind) }
    let data = input(data)
    var chain = data
    var blocks: [Secret] = []
    var count = 0
    var counter: UInt32 = 0
    while count < length {
      counter += 1
      chain = Secret(try code(method, [chain]))
      let block = Secret(try code(method, [chain, Secret(BlobIdentity.bigEndian(counter)), data]))
      count += block.bytes.count
      blocks.append(block)
    }
    return Secret.joined(blocks)
  }
}

extension KeySpec {
  /// Whether its keys agree on secrets.
  var agrees: Bool { self == .x25519 || self == .x448 || self == .dh || (fieldLength > 0 && self != .sm2) }
}

extension MACMethod {
  /// Bytes of a code by such a key.
  fileprivate func length(_ spec: KeySpec) -> Int {
    switch self {
    case .hmac(let hash): hash.length
    case .cmac: spec.blockLength
    case .poly1305: 16
    }
  }
}
