import Glibc

/// A file that is only looked at; another process may be appending to it.
package final class ReadFile: Sendable {
  package let path: String
  private let descriptor: Int32

  /// - Throws: `SystemError`; `EINVAL` when it isn't a plain file.
  package init(_ path: String) throws(SystemError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw SystemError("open", path, errno) }
    var status = stat()
    let isPlain = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    guard isPlain else {
      close(descriptor)
      throw SystemError("read", path, EINVAL)
    }
  }

  deinit { close(descriptor) }

  /// The size in bytes at this moment.
  package func size() throws(SystemError) -> Int64 {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError("inspect", path, errno) }
    return Int64(status.st_size)
  }

  /// Reads up to `count` bytes at `offset`; fewer at the end of the file.
  package func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let start = done
      let got = unsafe result.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress?.advanced(by: start), count - start, off_t(offset) + off_t(start))
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw SystemError("read", path, errno)
      }
      if got == 0 { break }
      done += got
    }
    result.removeLast(count - done)
    return result
  }
}

extension Directory {
  /// The names in a folder in no particular order, without "." and "..".
  package static func entries(_ path: String) throws(SystemError) -> [String] {
    guard let folder = unsafe opendir(path) else { throw SystemError("list", path, errno) }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
          unsafe String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw SystemError("list", path, errno) }
    return names
  }
}

extension SystemError {
  /// The file or folder isn't there.
  package var isAbsence: Bool { code == ENOENT }
}
