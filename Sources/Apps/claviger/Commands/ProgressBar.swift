import Foundation

/// How far a long work has come, for people.
enum ProgressBar {
  private static let width = 30

  static func line(done: Int, of total: Int) -> String {
    let share = total > 0 ? Double(max(0, done)) / Double(total) : 1
    let filled = min(width, Int(share * Double(width)))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      + "] \(Int(share * 100)) % (\(done) of \(total))"
  }

  /// Draws over the line before where somebody watches; a line of its own otherwise.
  static func show(_ line: String) {
    let watched = isatty(FileHandle.standardError.fileDescriptor) == 1
    FileHandle.standardError.write(Data((watched ? "\r\u{1b}[K" + line : line + "\n").utf8))
  }

  static func end() {
    if isatty(FileHandle.standardError.fileDescriptor) == 1 {
      FileHandle.standardError.write(Data("\n".utf8))
    }
  }
}
