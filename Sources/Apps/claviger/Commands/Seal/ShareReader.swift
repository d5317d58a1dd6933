import ArgumentParser
import Foundation
import KMSBytes
import KMSServer
import KMSSystem

/// Where a share comes from: a file, or the terminal, where it isn't shown. Never an argument: others see those.
struct ShareOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Read the share from this file, or from standard input if it is -. Without it, the terminal asks.",
      valueName: "file"))
  var shareFile: [String] = []

  private static let limit = 4096

  func shares() throws -> [WipedBytes] { try shareFile.map(ShareOptions.read) }

  private static func read(_ path: String) throws -> WipedBytes {
    guard path == "-" else { return line(try PrivateFile.read(path, limit: limit)) }
    return line(Array(FileHandle.standardInput.readDataToEndOfFile().prefix(limit)))
  }

  /// Without one line break at the end, which a passphrase doesn't have.
  private static func line(_ bytes: consuming [UInt8]) -> WipedBytes {
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }
    return WipedBytes(bytes)
  }

  static func ask(_ prompt: String) throws -> WipedBytes {
    guard let share = Terminal.secret(prompt), !share.isEmpty else {
      throw Problem(
        "nothing was typed", remedy: "type it at a terminal, or pass --share-file; an argument would be seen"
      )
    }
    return WipedBytes(share)
  }
}
