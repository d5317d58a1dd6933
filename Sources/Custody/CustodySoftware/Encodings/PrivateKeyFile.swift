import KMSDomain
import KMSSecrets

/// Where the parts of a PrivateKeyInfo (PKCS#8, RFC 5208) are. libcrypto judges keys; this finds their way from one form into
/// another.
struct PrivateKeyFile {
  let kind: KeyAlgorithmKind
  /// What is in it, in its own encoding.
  let key: Range<Int>
  let spec: KeySpec

  /// - Returns: nil for what isn't strict DER of a kind that there is.
  init?(_ bytes: Span<UInt8>) {
    var outer = DERReader(0..<bytes.count)
    guard let content = outer.next(DER.sequenceTag, in: bytes), outer.isAtEnd else { return nil }
    var reader = DERReader(content)
    guard reader.skip(0, in: bytes), let algorithm = reader.next(DER.sequenceTag, in: bytes),
      let kind = KeyAlgorithmKind(algorithm, in: bytes),
      let key = reader.next(DER.octetStringTag, in: bytes)
    else { return nil }
    // Attributes may follow: they are kept with the rest.
    if !reader.isAtEnd {
      guard reader.next(DER.firstTag, in: bytes) != nil, reader.isAtEnd else { return nil }
    }
    self.kind = kind
    self.key = key
    switch kind {
    case .known(let spec): self.spec = spec
    case .group(let spec, _, _, _): self.spec = spec
    case .rsa:
      guard let spec = RSAKeyFile(key, in: bytes)?.spec else { return nil }
      self.spec = spec
    }
  }
}

/// Where the numbers of an RSAPrivateKey (PKCS#1, RFC 8017) are.
struct RSAKeyFile {
  /// Modulus, public exponent, private exponent, primes, exponents, coefficient.
  let numbers: [Range<Int>]
  let spec: KeySpec

  static let components: [KeyComponent] = [
    .modulus, .publicExponent, .privateExponent, .prime1, .prime2, .exponent1, .exponent2, .coefficient,
  ]

  init?(_ range: Range<Int>, in bytes: Span<UInt8>) {
    var outer = DERReader(range)
    guard let content = outer.next(DER.sequenceTag, in: bytes), outer.isAtEnd else { return nil }
    var reader = DERReader(content)
    guard reader.skip(0, in: bytes) else { return nil }
    var found: [Range<Int>] = []
    for _ in RSAKeyFile.components {
      guard let number = reader.nextNumber(in: bytes) else { return nil }
      found.append(number)
    }
    guard reader.isAtEnd, let spec = RSAKeyFile.spec(found[0], in: bytes) else { return nil }
    numbers = found
    self.spec = spec
  }

  /// The kind with such a modulus.
  static func spec(_ modulus: Range<Int>, in bytes: Span<UInt8>) -> KeySpec? {
    guard let first = modulus.first else { return nil }
    return KeyIdentifiers.rsa(bits: modulus.count * 8 - bytes[first].leadingZeroBitCount)
  }
}

/// Where the parts of an ECPrivateKey (SEC 1, RFC 5915) are.
struct CurveKeyFile {
  let privateValue: Range<Int>
  /// The curve's identifier; nil where it isn't said.
  let curve: Range<Int>?
  /// The whole of [1], with its head, or nothing.
  let publicPart: Range<Int>

  init?(_ range: Range<Int>, in bytes: Span<UInt8>) {
    var outer = DERReader(range)
    guard let content = outer.next(DER.sequenceTag, in: bytes), outer.isAtEnd else { return nil }
    var reader = DERReader(content)
    guard reader.skip(1, in: bytes), let value = reader.next(DER.octetStringTag, in: bytes) else {
      return nil
    }
    privateValue = value
    if reader.isNext(DER.firstTag, in: bytes) {
      guard let parameters = reader.next(DER.firstTag, in: bytes) else { return nil }
      var inner = DERReader(parameters)
      guard let name = inner.next(DER.identifierTag, in: bytes), inner.isAtEnd else { return nil }
      curve = name
    } else {
      curve = nil
    }
    publicPart = reader.rest
    if !reader.isAtEnd {
      guard reader.next(DER.secondTag, in: bytes) != nil, reader.isAtEnd else { return nil }
    }
  }

  func spec(in bytes: Span<UInt8>) -> KeySpec? {
    guard let name = curve.map({ copy($0, of: bytes) }) else { return nil }
    return KeyIdentifiers.curves.first { $0.identifier == name }?.spec
  }
}
