import Glibc

/// What the kernel says of a path.
package struct FileStatus: Sendable {
  package enum Kind: Sendable {
    case file
    case folder
    case socket
    case other
  }

  package let kind: Kind
  /// The permission bits.
  package let mode: UInt32
  package let owner: UInt32
  package let size: Int64

  /// Whether group or others have any right on it.
  package var isOpenToOthers: Bool { mode & 0o077 != 0 }

  /// - Returns: nil when there is nothing at `path`.
  package static func of(_ path: String) throws(SystemError) -> FileStatus? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw SystemError("inspect", path, errno)
    }
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFSOCK: .socket
      default: .other
      }
    return FileStatus(
      kind: kind, mode: status.st_mode & 0o7777, owner: status.st_uid, size: Int64(status.st_size))
  }
}
