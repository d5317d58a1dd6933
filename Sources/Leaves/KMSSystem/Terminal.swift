import Glibc

/// The terminal of whoever started the process, wherever standard input and output go.
package enum Terminal {
  /// Longest line that is read, in bytes.
  private static let longest = 4096

  /// Whether somebody sits there who may be asked: standard input is the terminal, and the process is in its foreground.
  package static var isAttended: Bool {
    isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
  }

  /// Ctrl-C.
  private static let interrupt: UInt8 = 3

  /// Asks for a line without showing what is typed. Ctrl-C is an answer too: none.
  /// - Returns: the line without its end; the caller wipes it. nil without a terminal, at its end, or after Ctrl-C.
  package static func secret(_ prompt: String) -> [UInt8]? {
    let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var shown = termios()
    guard unsafe tcgetattr(descriptor, &shown) == 0 else { return nil }
    var hidden = shown
    // Ctrl-C comes as a character that ends the line: a signal would leave the terminal as it is.
    hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
    hidden.c_cc.11 = interrupt  // VEOL
    guard unsafe tcsetattr(descriptor, TCSAFLUSH, &hidden) == 0 else { return nil }
    write(prompt, to: descriptor)
    let line = line(descriptor)
    write("\n", to: descriptor)
    _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &shown)
    return line?.last == interrupt ? nil : line
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  private static func line(_ descriptor: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    line.reserveCapacity(longest)  // growing would leave copies behind
    while line.count < longest {
      var byte: UInt8 = 0
      let count = unsafe read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return line.isEmpty ? nil : line }
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
      if byte == interrupt { return line }
    }
    return line
  }
}
