package import KMSDomain

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

  /// The same from bits that somebody else has chosen.
  package static func principalID(from bits: Bits128) -> String {
    let letters = stride(from: UInt64(0), to: 80, by: 5).map { shift in
      let bits = shift < 60 ? bits.low >> shift : bits.high >> (shift - 60)
      return identifierLetters[Int(bits & 31)]
    }
    return "AIDA" + String(decoding: letters, as: UTF8.self)
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
    text.utf8.count >= 16 && isSeededAccessKeyID(text)
  }

  /// In a seed file also a short one: emulators take "test", and so do the programs that were written for them.
  package static func isSeededAccessKeyID(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x41...0x5a).contains($0 & 0xdf) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  /// What a fixed secret may look like: 16 to 128 printable ASCII characters without spaces and quotes, so that it can stand
  /// in a line of exports.
  package static func isSecret(_ text: String) -> Bool {
    text.utf8.count >= 16 && isSeededSecret(text)
  }

  /// The same for a seed file.
  package static func isSeededSecret(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
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
