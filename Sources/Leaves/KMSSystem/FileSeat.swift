import Glibc

/// What tells a file from every copy of it, for as long as the machine runs: the kernel's id of this run, the file system and the
/// file's number there. A restored backup has another seat, on this machine or on any; so has the same file after a restart of the
/// machine, because nothing else would tell it from the disk of a copied machine.
package enum FileSeat {
  private static let runPath = "/proc/sys/kernel/random/boot_id"

  /// - Returns: 32 bytes; nil where the kernel doesn't say which run this is, or there is no such file.
  package static func of(_ path: String) -> [UInt8]? {
    var status = stat()
    guard let run = run(), unsafe stat(path, &status) == 0 else { return nil }
    return run + bigEndian(UInt64(status.st_dev)) + bigEndian(UInt64(status.st_ino))
  }

  /// 16 bytes; the kernel writes them as a UUID.
  private static func run() -> [UInt8]? {
    guard let file = try? ReadFile(runPath), let text = try? file.read(at: 0, count: 64) else { return nil }
    let digits = text.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    guard digits.count == 32 else { return nil }
    return stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func bigEndian(_ number: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
  }
}
