import SwiftASN1

/// An ECDSA signature as two numbers of equal width, one after the other (IEEE P1363, RFC 7518 section 3.4), and as the engine has it:
/// Ecdsa-Sig-Value (RFC 3279 section 2.2.3).
enum PlainSignature {
  /// - Returns: nil for what isn't such a signature, or has numbers that are too wide.
  static func plain(_ der: [UInt8], width: Int) -> [UInt8]? {
    guard let numbers = try? numbers(der), let r = fixed(numbers.r, width), let s = fixed(numbers.s, width)
    else { return nil }
    return r + s
  }

  /// - Returns: nil for what hasn't exactly the width of two numbers.
  static func der(_ plain: [UInt8], width: Int) -> [UInt8]? {
    guard width > 0, plain.count == 2 * width else { return nil }
    var serializer = DER.Serializer()
    do {
      try serializer.appendConstructedNode(identifier: .sequence) { numbers in
        try numbers.serialize(integer(plain[..<width]))
        try numbers.serialize(integer(plain[width...]))
      }
    } catch {
      return nil
    }
    return serializer.serializedBytes
  }

  private static func numbers(_ der: [UInt8]) throws -> (r: ArraySlice<UInt8>, s: ArraySlice<UInt8>) {
    try DER.sequence(try DER.parse(der), identifier: .sequence) { numbers in
      (
        try ArraySlice<UInt8>(derEncoded: &numbers), try ArraySlice<UInt8>(derEncoded: &numbers)
      )
    }
  }

  private static func fixed(_ number: ArraySlice<UInt8>, _ width: Int) -> [UInt8]? {
    let digits = number.drop { $0 == 0 }
    guard digits.count <= width else { return nil }
    return [UInt8](repeating: 0, count: width - digits.count) + digits
  }

  /// Without sign and leading zeros, as DER wants a number; zero is one digit.
  private static func integer(_ number: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = number.drop { $0 == 0 }
    guard let first = digits.first else { return [0] }
    return first < 0x80 ? digits : [0] + digits
  }
}
