import Glibc
import KMSAudit
import KMSSystem
import Synchronization

/// The disk under the log: real files, until a test says that there is no room left.
package final class LogDisk: Sendable {
  private let full = Atomic(false)

  package func fill() { full.store(true, ordering: .sequentiallyConsistent) }
  package func clear() { full.store(false, ordering: .sequentiallyConsistent) }

  @Sendable func open(_ path: String) throws(SystemError) -> any LogFile {
    FillableFile(file: try AppendFile(path), disk: self)
  }

  fileprivate var isFull: Bool { full.load(ordering: .sequentiallyConsistent) }
}

private struct FillableFile: LogFile {
  let file: AppendFile
  let disk: LogDisk

  func size() throws(SystemError) -> Int64 { try file.size() }

  func append(_ pieces: [[UInt8]]) throws(SystemError) {
    guard !disk.isFull else { throw SystemError("append to", file.path, ENOSPC) }
    try file.append(pieces)
  }

  func flush() throws(SystemError) { try file.flush() }
  func truncate(to size: Int64) throws(SystemError) { try file.truncate(to: size) }
}
