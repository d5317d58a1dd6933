/// The forms of AWS credentials and principal ids.
package enum AccessKeyText {
  private static let identifierLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  private static let secretLetters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// "AKIA" and 16 of A-Z, 2-7: 80 random bits.
  package static func accessKeyID(using random: inout some RandomNumberGenerator) -> String {
    "AKIA" + letters(16, of: identifierLetters, &random)
  }

  /// "AIDA" and 16 of A-Z, 2-7.
  package static func principalID(using random: inout some RandomNumberGenerator) -> String {
    "AIDA" + letters(16, of: identifierLetters, &random)
  }

  /// 40 of A-Z, a-z, 0-9, +, /: 240 random bits.
  package static func secret(using random: inout some RandomNumberGenerator) -> String {
    letters(40, of: secretLetters, &random)
  }

  /// 12 digits, the first not 0.
  package static func account(using random: inout some RandomNumberGenerator) -> String {
    String(Int64.random(in: 100_000_000_000...999_999_999_999, using: &random))
  }

  /// What a fixed access key id may look like: 16 to 128 word characters, as in AWS.
  package static func isAccessKeyID(_ text: String) -> Bool {
    (16...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x41...0x5a).contains($0 & 0xdf) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  /// What a fixed secret may look like: 16 to 128 printable ASCII characters without spaces and quotes, so that it can stand
  /// in a line of exports.
  package static func isSecret(_ text: String) -> Bool {
    (16...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\"")
          && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "$") && $0 != UInt8(ascii: "`")
      }
  }

  // Both alphabets have a power of two of letters, so every letter is equally likely.
  private static func letters(
    _ count: Int, of alphabet: [UInt8], _ random: inout some RandomNumberGenerator
  ) -> String {
    String(
      decoding: (0..<count).map { _ in alphabet[Int(random.next(upperBound: UInt64(alphabet.count)))] },
      as: UTF8.self)
  }
}
