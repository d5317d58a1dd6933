import KMSDomain

/// Where the parts of a SubjectPublicKeyInfo (RFC 5280) are.
struct PublicKeyFile {
  let kind: KeyAlgorithmKind
  /// The bits of the key, in its own encoding.
  let key: Range<Int>
  let spec: KeySpec

  init?(_ bytes: Span<UInt8>) {
    var outer = DERReader(0..<bytes.count)
    guard let content = outer.next(DER.sequenceTag, in: bytes), outer.isAtEnd else { return nil }
    var reader = DERReader(content)
    guard let algorithm = reader.next(DER.sequenceTag, in: bytes),
      let kind = KeyAlgorithmKind(algorithm, in: bytes),
      let bits = reader.next(DER.bitStringTag, in: bytes), reader.isAtEnd, let unused = bits.first,
      bytes[unused] == 0
    else { return nil }
    self.kind = kind
    key = (unused + 1)..<bits.upperBound
    switch kind {
    case .known(let spec): self.spec = spec
    case .group(let spec, _, _, _): self.spec = spec
    case .rsa:
      guard let numbers = PublicKeyFile.rsaNumbers(key, in: bytes),
        let spec = RSAKeyFile.spec(numbers.modulus, in: bytes)
      else { return nil }
      self.spec = spec
    }
  }

  static func rsaNumbers(
    _ range: Range<Int>, in bytes: Span<UInt8>
  ) -> (modulus: Range<Int>, exponent: Range<Int>)? {
    var outer = DERReader(range)
    guard let content = outer.next(DER.sequenceTag, in: bytes), outer.isAtEnd else { return nil }
    var reader = DERReader(content)
    guard let modulus = reader.nextNumber(in: bytes), let exponent = reader.nextNumber(in: bytes),
      reader.isAtEnd
    else { return nil }
    return (modulus, exponent)
  }

  static func write(_ key: [UInt8], algorithm: [UInt8]) -> [UInt8] {
    DER.item(DER.sequenceTag, algorithm + DER.bitString(key))
  }
}

extension PublicKeyFile {
  /// The numbers of the key.
  /// - Returns: nil for kinds that aren't numbers.
  func components(in bytes: Span<UInt8>) -> [KeyComponent: [UInt8]]? {
    switch kind {
    case .rsa:
      guard let numbers = PublicKeyFile.rsaNumbers(key, in: bytes) else { return nil }
      return [.modulus: copy(numbers.modulus, of: bytes), .publicExponent: copy(numbers.exponent, of: bytes)]
    case .known(let spec):
      return spec.fieldLength > 0 ? [.publicPoint: copy(key, of: bytes)] : nil
    case .group(_, let prime, let order, let generator):
      var reader = DERReader(key)
      guard let value = reader.nextNumber(in: bytes), reader.isAtEnd else { return nil }
      var all: [KeyComponent: [UInt8]] = [
        .fieldPrime: copy(prime, of: bytes), .generator: copy(generator, of: bytes),
        .publicValue: copy(value, of: bytes),
      ]
      all[.subgroupOrder] = order.map { copy($0, of: bytes) }
      return all
    }
  }

  /// SubjectPublicKeyInfo of a key's numbers.
  /// - Returns: nil when some are missing, or for kinds that aren't numbers.
  static func spki(_ numbers: [KeyComponent: [UInt8]], _ spec: KeySpec) -> [UInt8]? {
    if spec == .dsa || spec == .dh {
      guard let value = numbers[.publicValue], let algorithm = GroupIdentifier.write(numbers, spec) else {
        return nil
      }
      return write(DER.integer(value), algorithm: algorithm)
    }
    guard let algorithm = KeyIdentifiers.algorithm(of: spec) else { return nil }
    if spec.modulusLength != nil {
      guard let modulus = numbers[.modulus], let exponent = numbers[.publicExponent] else { return nil }
      let key = DER.item(DER.sequenceTag, DER.integer(modulus) + DER.integer(exponent))
      return write(key, algorithm: algorithm)
    }
    guard spec.fieldLength > 0, let point = numbers[.publicPoint] else { return nil }
    return write(point, algorithm: algorithm)
  }
}
