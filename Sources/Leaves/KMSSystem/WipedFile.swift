import Glibc

/// A private file of which nothing stays when it is replaced: what stood there before is overwritten on the disk.
///
/// That is as much as a program can do. A file system that writes elsewhere (copy on write, a journal of data), a flash
/// drive's spare blocks and snapshots below it may keep the old bytes.
package enum WipedFile {
  /// Replaces the file whole or not at all. When this returns, the old content is overwritten and the new one survives a power
  /// cut; after a crash `tidy` finishes what was begun.
  /// - Throws: `SystemError`; then the old or the new file is there, whole.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    try tidy(path)
    let new = path + newSuffix
    try PrivateFile.create(bytes, at: new)
    let old = path + oldSuffix
    let hasOld = unsafe link(path, old) == 0
    guard hasOld || errno == ENOENT else { throw SystemError("keep", path, errno) }
    try Directory.sync(PrivateFile.parent(of: path))
    guard unsafe rename(new, path) == 0 else { throw SystemError("replace", path, errno) }
    try Directory.sync(PrivateFile.parent(of: path))
    if hasOld { try remove(old) }
  }

  /// Overwrites and removes what an interrupted replacement left beside the file.
  package static func tidy(_ path: String) throws(SystemError) {
    let old = path + oldSuffix
    if try FileStatus.of(old) != nil {
      // The same file by two names: it was to be replaced, and wasn't yet.
      if try isSame(path, old) {
        guard unsafe unlink(old) == 0 else { throw SystemError("remove", old, errno) }
        try Directory.sync(PrivateFile.parent(of: path))
      } else {
        try remove(old)
      }
    }
    let new = path + newSuffix
    if try FileStatus.of(new) != nil { try remove(new) }
  }

  /// Overwrites a file, then removes it.
  private static func remove(_ path: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw SystemError("overwrite", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("inspect", path, errno) }
    let zeros = [UInt8](repeating: 0, count: Int(clamping: status.st_size))
    try PrivateFile.writeAll(zeros, descriptor, path)
    guard fsync(descriptor) == 0 else { throw SystemError("flush", path, errno) }
    guard unsafe unlink(path) == 0 else { throw SystemError("remove", path, errno) }
    try Directory.sync(PrivateFile.parent(of: path))
  }

  private static func isSame(_ one: String, _ other: String) throws(SystemError) -> Bool {
    var (first, second) = (stat(), stat())
    guard unsafe stat(one, &first) == 0 else { throw SystemError("inspect", one, errno) }
    guard unsafe stat(other, &second) == 0 else { throw SystemError("inspect", other, errno) }
    return first.st_ino == second.st_ino && first.st_dev == second.st_dev
  }

  private static let newSuffix = ".new"
  private static let oldSuffix = ".old"
}
