import Foundation

/// Standard output, unbuffered: who reads it through a pipe sees a line when it is written.
enum Output {
  static func line(_ text: String) { write(text + "\n") }

  static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
