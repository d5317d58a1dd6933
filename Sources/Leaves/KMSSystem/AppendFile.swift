import CKMSSystem
import Glibc

/// A file that only grows. Not synchronised: its owner serialises the calls, except `flush`, which may run beside them.
package final class AppendFile: Sendable {
  package let path: String
  private let descriptor: Int32

  /// Opens for appending, creating it with mode 0600.
  package init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", path, errno) }
  }

  deinit { close(descriptor) }

  /// The size in bytes.
  package func size() throws(SystemError) -> Int64 {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("inspect", path, errno) }
    return Int64(status.st_size)
  }

  /// Appends all pieces with one system call where the kernel takes them whole. On an error a part may be in the file:
  /// the owner truncates to the last size that it knows to be good, or stops.
  package func append(_ pieces: [[UInt8]]) throws(SystemError) {
    // One contiguous copy is cheaper than a vector per piece: records are a few hundred bytes each.
    var joined: [UInt8] = []
    joined.reserveCapacity(pieces.reduce(0) { $0 + $1.count })
    for piece in pieces { joined.append(contentsOf: piece) }
    guard !joined.isEmpty else { return }
    let code = unsafe joined.withUnsafeMutableBytes { bytes in
      var vector = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
      return unsafe kms_writev_all(descriptor, &vector, 1)
    }
    guard code == 0 else { throw SystemError("append to", path, code) }
  }

  /// Makes what was appended survive a power cut (fdatasync).
  package func flush() throws(SystemError) {
    guard fdatasync(descriptor) == 0 else { throw SystemError("flush", path, errno) }
  }

  /// Cuts the file; for torn tails.
  package func truncate(to size: Int64) throws(SystemError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemError("truncate", path, errno) }
    guard fsync(descriptor) == 0 else { throw SystemError("flush", path, errno) }
  }
}
