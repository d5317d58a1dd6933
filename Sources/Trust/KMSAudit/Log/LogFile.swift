package import KMSSystem

/// The file that records are appended to, as far as the log needs it. Only `flush` may run beside another
/// call.
package protocol LogFile: Sendable {
  func size() throws(SystemError) -> Int64
  /// One system call. After an error a part may be in the file.
  func append(_ pieces: [[UInt8]]) throws(SystemError)
  func flush() throws(SystemError)
  func truncate(to size: Int64) throws(SystemError)
}

extension AppendFile: LogFile {}
