import KMSDomain
import KMSSecrets

// Private keys that come as numbers. What is missing is computed by libcrypto, and what was given must agree with it.

extension PrivateKeyFile {
  /// PKCS#8 of a key's numbers.
  /// - Throws: `KMSError.incorrectKeyMaterial` when numbers are missing or don't belong together; `cryptography(.form)` for
  ///   kinds that aren't numbers.
  static func pkcs8(_ numbers: [KeyComponent: Secret], _ spec: KeySpec) throws(KMSError) -> SecretBytes {
    if spec.modulusLength != nil { return try rsa(numbers, spec) }
    if KeyIdentifiers.curves.contains(where: { $0.spec == spec }) { return try curve(numbers, spec) }
    guard spec == .dsa || spec == .dh else { throw .cryptography(.form) }
    return try group(numbers, spec)
  }

  private static func rsa(
    _ numbers: [KeyComponent: Secret], _ spec: KeySpec
  ) throws(KMSError) -> SecretBytes {
    guard let modulus = numbers[.modulus]?.digits, let exponent = numbers[.publicExponent]?.digits,
      modulus.count == spec.modulusLength, let algorithm = KeyIdentifiers.algorithm(of: spec)
    else { throw .incorrectKeyMaterial }
    let all: SecretBytes
    do throws(CryptoFailure) {
      all = try Numbers.completeRSA(
        RSANumbers(
          modulus: modulus, publicExponent: exponent, privateExponent: numbers[.privateExponent],
          prime1: numbers[.prime1], prime2: numbers[.prime2]))
    } catch {
      throw .incorrectKeyMaterial
    }
    // In the order in which libcrypto wrote them; what was given wins, and a check of the whole follows.
    let computed: [KeyComponent] = [.prime1, .prime2, .privateExponent, .exponent1, .exponent2, .coefficient]
    var complete = numbers
    for (index, component) in computed.enumerated() where complete[component] == nil {
      complete[component] = Secret(all.slice(index * modulus.count..<(index + 1) * modulus.count))
    }
    var integers = [Secret([2, 1, 0] as [UInt8])]
    for component in RSAKeyFile.components {
      guard let number = complete[component] else { throw .incorrectKeyMaterial }
      integers.append(DER.secretInteger(number))
    }
    return write(DER.secretItem(DER.sequenceTag, integers), algorithm: algorithm)
  }

  /// The public point may be missing: libcrypto finds it, and then it can be written.
  private static func curve(
    _ numbers: [KeyComponent: Secret], _ spec: KeySpec
  ) throws(KMSError) -> SecretBytes {
    guard let value = numbers[.privateValue], let algorithm = KeyIdentifiers.algorithm(of: spec),
      let padded = value.padded(to: spec.fieldLength)
    else { throw .incorrectKeyMaterial }
    var parts = [Secret([2, 1, 1] as [UInt8]), DER.secretItem(DER.octetStringTag, [padded])]
    if let point = numbers[.publicPoint] {
      let bits = DER.bitString(point.bytes.withBytes { copy(0..<$0.count, of: $0) })
      parts.append(Secret(DER.item(DER.secondTag, bits)))
    }
    return write(DER.secretItem(DER.sequenceTag, parts), algorithm: algorithm)
  }

  private static func group(
    _ numbers: [KeyComponent: Secret], _ spec: KeySpec
  ) throws(KMSError) -> SecretBytes {
    guard let value = numbers[.privateValue],
      let algorithm = GroupIdentifier.write(
        numbers.filter { !$0.key.isSecret }.mapValues(\.digits), spec)
    else { throw .incorrectKeyMaterial }
    return write(DER.secretInteger(value), algorithm: algorithm)
  }
}

/// AlgorithmIdentifiers of keys that bring their group along.
enum GroupIdentifier {
  /// - Returns: nil when numbers of the group are missing.
  static func write(_ numbers: [KeyComponent: [UInt8]], _ spec: KeySpec) -> [UInt8]? {
    guard let prime = numbers[.fieldPrime].map(DER.integer),
      let generator = numbers[.generator].map(DER.integer)
    else { return nil }
    let order = numbers[.subgroupOrder].map(DER.integer)
    if spec == .dsa {
      guard let order else { return nil }
      return identifier(KeyIdentifiers.dsa, prime + order + generator)
    }
    guard let order else { return identifier(KeyIdentifiers.plainDH, prime + generator) }
    return identifier(KeyIdentifiers.dh, prime + generator + order)
  }

  private static func identifier(_ name: [UInt8], _ numbers: [UInt8]) -> [UInt8] {
    DER.item(DER.sequenceTag, KeyIdentifiers.identifier(name) + DER.item(DER.sequenceTag, numbers))
  }
}

extension KeySpec {
  /// Bytes of a number of the curve; 0 for other kinds.
  var fieldLength: Int {
    switch self {
    case .p192: 24
    case .p224: 28
    case .p256, .secp256k1, .sm2: 32
    case .p384: 48
    case .p521: 66
    case .aes128, .aes192, .aes256, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmac224, .hmac256,
      .hmac384, .hmac512, .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes, .rsa1024,
      .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192, .ed25519, .ed448, .x25519, .x448, .dsa, .dh, .mlDSA44,
      .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      0
    }
  }
}

extension Secret {
  /// The number without leading zeros, for numbers that are public.
  var digits: [UInt8] {
    bytes.withBytes { bytes in Array(copy(0..<bytes.count, of: bytes).drop { $0 == 0 }) }
  }

  /// The number with so many digits; nil when it has more.
  func padded(to length: Int) -> Secret? {
    let zeros = bytes.withBytes { bytes in bytes.indices.first { bytes[$0] != 0 } ?? bytes.count }
    let count = bytes.count - zeros
    guard count <= length else { return nil }
    let number = Secret(bytes.slice(zeros..<bytes.count))
    return Secret(Secret.joined([Secret([UInt8](repeating: 0, count: length - count)), number]))
  }
}

// MARK: - Out of PKCS#8

extension PrivateKeyFile {
  /// The numbers of a private key; the public ones of elliptic curves, DSA and Diffie-Hellman come from the public half.
  /// - Throws: `KMSError.cryptography(.form)` for kinds that aren't numbers.
  func components(_ pkcs8: borrowing SecretBytes) throws(KMSError) -> [KeyComponent: Secret] {
    var found: [KeyComponent: Secret] = [:]
    guard let places = pkcs8.withBytes({ places(in: $0) }) else { throw .cryptography(.form) }
    for (component, place) in places { found[component] = Secret(pkcs8.slice(place)) }
    return found
  }

  private func places(in bytes: Span<UInt8>) -> [(KeyComponent, Range<Int>)]? {
    switch kind {
    case .rsa:
      guard let file = RSAKeyFile(key, in: bytes) else { return nil }
      return Array(zip(RSAKeyFile.components, file.numbers))
    case .known(let spec):
      guard spec.fieldLength > 0, let file = CurveKeyFile(key, in: bytes) else { return nil }
      return [(.privateValue, file.privateValue)]
    case .group(_, let prime, let order, let generator):
      var reader = DERReader(key)
      guard let value = reader.nextNumber(in: bytes), reader.isAtEnd else { return nil }
      let all = [(KeyComponent.fieldPrime, prime), (.generator, generator), (.privateValue, value)]
      return order.map { all + [(.subgroupOrder, $0)] } ?? all
    }
  }
}
