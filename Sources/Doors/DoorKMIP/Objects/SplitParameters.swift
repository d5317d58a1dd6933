import KMSDomain
import WireKMIP

/// How a key is split (KMIP 2.1 sections 2.8 and 6.1.10).
struct SplitParameters: Hashable, Sendable {
  let parts: Int32
  let threshold: Int32
  let method: KMIP.SplitKeyMethod
  /// Big-endian, without leading zeros.
  let prime: [UInt8]?
}

extension SplitParameters {
  /// - Throws: `invalidMessage`; `badCryptographicParameters` for a method that nobody knows.
  init(_ fields: (KMIPTag) -> TTLVItem?) throws(KMIPFault) {
    guard let parts = fields(.splitKeyParts)?.integer, let threshold = fields(.splitKeyThreshold)?.integer,
      let way = fields(.splitKeyMethod)
    else { throw .missing("How the key is split") }
    guard let method: KMIP.SplitKeyMethod = way.enumeration() else {
      throw .badParameters("A key can't be split so.")
    }
    self.parts = parts
    self.threshold = threshold
    self.method = method
    prime = fields(.primeFieldSize)?.bigInteger.map { Array($0.drop { $0 == 0 }) }
  }

  /// - Throws: `badCryptographicParameters` for numbers that make no sense.
  func sharing() throws(KMIPFault) -> SecretSharing {
    let method: SecretSharing.Method
    switch self.method {
    case .xor: method = .xor
    case .polynomialSharingGF2_8: method = .gf256
    case .polynomialSharingGF2_16: method = .gf65536
    case .polynomialSharingPrimeField:
      guard let prime else { throw .missing("The prime field size") }
      method = .prime(prime)
    }
    do throws(KMSError) {
      return try SecretSharing(method, parts: Int(parts), threshold: Int(threshold))
    } catch {
      throw .badParameters("A key can't be split so.")
    }
  }

  /// The notes of one part.
  /// - Parameter identifier: which, from 1 on.
  func notes(_ identifier: Int) -> AttributeList {
    var list = AttributeList()
    list.set(.splitKeyParts, to: parts)
    list.set(.keyPartIdentifier, to: Int32(clamping: identifier))
    list.set(.splitKeyThreshold, to: threshold)
    list.set(method)
    if let prime { list.set(.primeFieldSize) { $0.bigInteger(.primeFieldSize, unsigned: prime.span) } }
    list.set(KMIP.KeyFormatType.raw)
    return list
  }
}
