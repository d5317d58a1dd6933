import KMSDomain

/// AlgorithmIdentifiers of keys (RFC 5280 and those that build on it).
enum KeyIdentifiers {
  static let rsa: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]
  static let curve: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]
  static let dsa: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01]
  /// PKCS#3: prime and generator.
  static let plainDH: [UInt8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x03, 0x01]
  /// X9.42: prime, generator, order of the subgroup.
  static let dh: [UInt8] = [0x2a, 0x86, 0x48, 0xce, 0x3e, 0x02, 0x01]

  static let curves: [(spec: KeySpec, identifier: [UInt8])] = [
    (.p192, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x01]), (.p224, [0x2b, 0x81, 0x04, 0x00, 0x21]),
    (.p256, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]), (.p384, [0x2b, 0x81, 0x04, 0x00, 0x22]),
    (.p521, [0x2b, 0x81, 0x04, 0x00, 0x23]), (.secp256k1, [0x2b, 0x81, 0x04, 0x00, 0x0a]),
    (.sm2, [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d]),
  ]

  /// Kinds that an identifier alone names.
  static let plain: [(spec: KeySpec, identifier: [UInt8])] = [
    (.x25519, [0x2b, 0x65, 0x6e]), (.x448, [0x2b, 0x65, 0x6f]), (.ed25519, [0x2b, 0x65, 0x70]),
    (.ed448, [0x2b, 0x65, 0x71]), (.mlDSA44, postQuantum + [3, 0x11]), (.mlDSA65, postQuantum + [3, 0x12]),
    (.mlDSA87, postQuantum + [3, 0x13]), (.mlKEM512, postQuantum + [4, 1]),
    (.mlKEM768, postQuantum + [4, 2]), (.mlKEM1024, postQuantum + [4, 3]),
  ]

  private static let postQuantum: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04]

  /// The kind with a modulus of so many bits.
  static func rsa(bits: Int) -> KeySpec? {
    let kinds: [KeySpec] = [.rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192]
    return kinds.first { $0.modulusLength == bits / 8 && bits % 8 == 0 }
  }

  /// Of kinds whose keys bring nothing of their own into it; nil for DSA, Diffie-Hellman and symmetric keys.
  static func algorithm(of spec: KeySpec) -> [UInt8]? {
    if spec.modulusLength != nil { return DER.item(DER.sequenceTag, identifier(rsa) + [5, 0]) }
    if let found = curves.first(where: { $0.spec == spec }) {
      return DER.item(DER.sequenceTag, identifier(curve) + identifier(found.identifier))
    }
    return plain.first { $0.spec == spec }.map { DER.item(DER.sequenceTag, identifier($0.identifier)) }
  }

  static func identifier(_ bytes: [UInt8]) -> [UInt8] { DER.item(DER.identifierTag, bytes) }
}

/// What an AlgorithmIdentifier says.
enum KeyAlgorithmKind {
  /// The modulus says the rest.
  case rsa
  case known(KeySpec)
  /// The places of prime, subgroup's order (where it is there) and generator.
  case group(KeySpec, prime: Range<Int>, order: Range<Int>?, generator: Range<Int>)

  /// - Parameter range: the content of the AlgorithmIdentifier.
  init?(_ range: Range<Int>, in bytes: Span<UInt8>) {
    var reader = DERReader(range)
    guard let place = reader.next(DER.identifierTag, in: bytes) else { return nil }
    let identifier = copy(place, of: bytes)
    switch identifier {
    case KeyIdentifiers.rsa:
      guard reader.next(5, in: bytes)?.isEmpty ?? false, reader.isAtEnd else { return nil }
      self = .rsa
    case KeyIdentifiers.curve:
      guard let name = reader.next(DER.identifierTag, in: bytes).map({ copy($0, of: bytes) }),
        reader.isAtEnd, let found = KeyIdentifiers.curves.first(where: { $0.identifier == name })
      else { return nil }
      self = .known(found.spec)
    case KeyIdentifiers.dsa, KeyIdentifiers.dh, KeyIdentifiers.plainDH:
      self.init(groupOf: identifier, &reader, in: bytes)
    default:  // of bytes, not of a type of ours
      guard reader.isAtEnd, let found = KeyIdentifiers.plain.first(where: { $0.identifier == identifier })
      else { return nil }
      self = .known(found.spec)
    }
  }

  private init?(groupOf identifier: [UInt8], _ reader: inout DERReader, in bytes: Span<UInt8>) {
    guard let content = reader.next(DER.sequenceTag, in: bytes), reader.isAtEnd else { return nil }
    var numbers = DERReader(content)
    guard let prime = numbers.nextNumber(in: bytes), let second = numbers.nextNumber(in: bytes) else {
      return nil
    }
    if identifier == KeyIdentifiers.plainDH {
      self = .group(.dh, prime: prime, order: nil, generator: second)
      return
    }
    guard let third = numbers.nextNumber(in: bytes) else { return nil }
    self =
      identifier == KeyIdentifiers.dsa
      ? .group(.dsa, prime: prime, order: second, generator: third)
      : .group(.dh, prime: prime, order: third, generator: second)
  }
}
