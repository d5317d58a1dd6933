import Foundation
import KMSSystem

/// A file that the seed file names.
struct SeedReferencedFile {
  private let text: SeedText
  private let path: String

  /// The longest that is read, in bytes.
  private static let limit = 64 << 10

  /// - Parameter folder: what a relative path begins at: the folder of the seed file.
  init(_ text: SeedText, in folder: String) {
    self.text = text
    path = URL(fileURLWithPath: text.string, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).path
  }

  func bytes() throws(SeedProblem) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemError) {
      let file = try ReadFile(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
      bytes = try file.read(at: 0, count: SeedReferencedFile.limit + 1)
    } catch {
      throw SeedProblem(text.line, "cannot read \(text.string): \(SystemError.reason(error.code))")
    }
    guard bytes.count <= SeedReferencedFile.limit else {
      throw SeedProblem(text.line, "\(text.string) is longer than \(SeedReferencedFile.limit) bytes")
    }
    return bytes
  }
}
