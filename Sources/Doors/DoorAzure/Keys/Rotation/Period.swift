/// A span of days as ISO 8601 writes it (`P90D`, `P18M`, `P2Y`). A year counts 365 days and a month 30, as it does for those who made the
/// protocol.
struct Period: Hashable, Sendable {
  /// As its owner wrote it.
  let text: String
  let days: Int64

  /// Longer than any key is kept.
  private static let mostDays: Int64 = 100 * 365

  /// - Returns: nil for anything but days, weeks, months and years, each once and in their order, and for no time at all.
  init?(_ text: String) {
    let letters = Array(text.utf8)
    guard letters.first == UInt8(ascii: "P"), letters.count <= 16 else { return nil }
    var units: [(letter: UInt8, days: Int64)] = [
      (UInt8(ascii: "Y"), 365), (UInt8(ascii: "M"), 30), (UInt8(ascii: "W"), 7), (UInt8(ascii: "D"), 1),
    ]
    var days: Int64 = 0
    var number: Int64?
    for letter in letters.dropFirst() {
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) {
        let next = (number ?? 0) * 10 + Int64(letter - UInt8(ascii: "0"))
        guard next <= Period.mostDays else { return nil }
        number = next
      } else {
        guard let count = number, let place = units.firstIndex(where: { $0.letter == letter }) else {
          return nil
        }
        days += count * units[place].days
        units.removeFirst(place + 1)
        number = nil
      }
    }
    guard number == nil, (1...Period.mostDays).contains(days) else { return nil }
    self.text = text
    self.days = days
  }

  /// In seconds.
  var seconds: Int64 { days * 86_400 }
}
