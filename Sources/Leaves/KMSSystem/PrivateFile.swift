import Glibc

/// Files that only their owner may read: mode 0600, replaced atomically, refused when others can read them.
package enum PrivateFile {
  /// Reads a whole file.
  /// - Throws: `SystemError`; `EPERM` when group or others have any right on it, `EFBIG` beyond `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw SystemError("open", path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("inspect", path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("read", path, EINVAL) }
    guard status.st_mode & 0o077 == 0 else {
      throw SystemError("trust (group or others may access it; chmod 600)", path, EPERM)
    }
    guard status.st_size <= limit else { throw SystemError("read", path, EFBIG) }
    return try readAll(descriptor, path, size: Int(status.st_size))
  }

  /// Writes a file whole or not at all: temporary file, fsync, rename, fsync of the folder.
  package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let temporary = path + ".new"
    unsafe unlink(temporary)
    try create(bytes, at: temporary)
    guard unsafe rename(temporary, path) == 0 else { throw SystemError("replace", path, errno) }
    try Directory.sync(parent(of: path))
  }

  /// A file that isn't there yet, on disk when this returns; nothing stays of one that can't be written whole.
  static func create(_ bytes: [UInt8], at temporary: String) throws(SystemError) {
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemError("create", temporary, errno) }
    do throws(SystemError) {
      defer { close(descriptor) }
      try writeAll(bytes, descriptor, temporary)
      guard fsync(descriptor) == 0 else { throw SystemError("flush", temporary, errno) }
    } catch {
      unsafe unlink(temporary)
      throw error
    }
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Reads straight into the array that is returned: the content may be secret, and a buffer on the way, or an array that
  /// grows, would leave copies behind.
  /// - Parameter size: of the file when it was opened; one that has grown since is refused (`EAGAIN`).
  private static func readAll(_ descriptor: Int32, _ path: String, size: Int) throws(SystemError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: size + 1)
    var done = 0
    while done < result.count {
      let start = done
      let count = unsafe result.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        let code = errno
        wipe(&result)
        throw SystemError("read", path, code)
      }
      done += count
    }
    guard done <= size else {
      wipe(&result)
      throw SystemError("read (it is being written)", path, EAGAIN)
    }
    result.removeLast(result.count - done)
    return result
  }

  private static func wipe(_ bytes: inout [UInt8]) {
    unsafe bytes.withUnsafeMutableBytes { unsafe SecretMemory.unsafeWipe($0) }
  }

  static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let start = done
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw SystemError("write", path, errno)
      }
      done += count
    }
  }
}

/// Folders of ours.
package enum Directory {
  /// Makes a folder with mode 0700 unless it is there, and refuses one that others may enter.
  package static func makePrivate(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o700) != 0 && errno != EEXIST { throw SystemError("create", path, errno) }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw SystemError("inspect", path, errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError("use", path, ENOTDIR) }
    guard status.st_mode & 0o077 == 0 else {
      throw SystemError("trust (group or others may access it; chmod 700)", path, EPERM)
    }
  }

  /// Makes a rename or a new file in this folder survive a power cut.
  package static func sync(_ path: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("open", path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SystemError("flush", path, errno) }
  }
}

/// An exclusive hold on a folder, released when the value goes away or the process ends.
package final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// - Throws: `SystemError` with `EWOULDBLOCK` when another process holds it.
  package convenience init(_ path: String) throws(SystemError) { try self.init(path, O_RDWR | O_CREAT) }

  /// The same for whoever only looks at the folder and makes nothing in it: nil when there is no lock, and so nobody who
  /// holds it.
  package static func existing(in path: String) throws(SystemError) -> DirectoryLock? {
    do throws(SystemError) {
      return try DirectoryLock(path, O_RDONLY)
    } catch {
      if error.isAbsence { return nil }
      throw error
    }
  }

  private init(_ path: String, _ access: Int32) throws(SystemError) {
    let file = path + "/lock"
    descriptor = unsafe open(file, access | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", file, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw SystemError("lock (is another server using it?)", path, code)
    }
  }

  deinit { close(descriptor) }
}
