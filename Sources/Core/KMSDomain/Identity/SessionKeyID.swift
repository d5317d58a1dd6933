/// The ids of sessions' access keys: "ASIA" and 16 of A-Z, 2-7 (RFC 4648 section 6), which are 80 bits.
///
/// The first bit is 1, the next 40 are the account's number, the others are random. AWS lays its ids out like this too, so
/// tools that read the account out of an id are right here as well. An id is no secret and proves nothing.
package enum SessionKeyID {
  package static let prefix = "ASIA"
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
  private static let length = 16

  /// - Parameter random: of which 39 bits are used.
  package static func make(for account: AccountID, random: UInt64) -> String {
    let number = UInt64(account.text) ?? 0
    let bits = UInt128(1) << 79 | UInt128(number) << 39 | UInt128(random & (1 << 39 - 1))
    var text = Array(prefix.utf8)
    for place in (0..<length).reversed() {
      text.append(digits[Int(truncatingIfNeeded: bits >> UInt128(place * 5) & 31)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The account that an id names; nil when it is no such id.
  package static func account(of id: String) -> AccountID? {
    let text = Array(id.utf8)
    guard text.count == prefix.utf8.count + length, text.starts(with: prefix.utf8) else { return nil }
    var bits: UInt128 = 0
    for character in text.dropFirst(prefix.utf8.count) {
      guard let value = digits.firstIndex(of: character) else { return nil }
      bits = bits << 5 | UInt128(value)
    }
    guard bits >> 79 == 1 else { return nil }
    let number = UInt64(truncatingIfNeeded: bits >> 39) & (1 << 40 - 1)
    let account = String(number)
    return AccountID(String(repeating: "0", count: max(0, 12 - account.utf8.count)) + account)
  }
}
