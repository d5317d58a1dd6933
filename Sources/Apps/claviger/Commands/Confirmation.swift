import Foundation
import KMSServer

/// Asks before something is gone for good.
enum Confirmation {
  /// - Parameter lines: what will go.
  /// - Throws: `Problem` when the answer isn't yes, or when nobody is there to answer.
  static func ask(_ lines: [String], isGiven: Bool) throws {
    guard !isGiven else { return }
    guard isatty(FileHandle.standardInput.fileDescriptor) == 1 else {
      throw Problem(
        "this can't be undone: " + lines.joined(separator: "; "),
        remedy: "pass --yes if it is meant; nobody can be asked, for standard input is no terminal")
    }
    for line in lines { Complaint.say(line) }
    FileHandle.standardError.write(Data("This can't be undone. Go on? [y/N] ".utf8))
    let answer = readLine()?.lowercased() ?? ""
    guard answer == "y" || answer == "yes" else {
      throw Problem("nothing was changed", remedy: "answer yes to go on")
    }
  }
}
