/// Bytes of a message that may hold secrets: zeroed when the last user lets go.
///
/// Not a home for key material: the memory is neither locked nor kept out of dumps.
package final class WipedBytes: @unchecked Sendable {  // written only by init and deinit
  private var bytes: [UInt8]
  package let count: Int

  /// Takes the array over; a caller that keeps a reference to it keeps the bytes.
  package init(_ bytes: consuming [UInt8]) {
    count = bytes.count
    self.bytes = bytes
  }

  deinit {
    // A shared buffer would be copied by the first write: then wiping is the other owner's business.
    for index in bytes.indices { bytes[index] = 0 }
    WipedBytes.keep(bytes)
  }

  package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    unsafe bytes.withUnsafeBufferPointer { bytes in body(unsafe bytes.span) }
  }

  /// Lends the array. A reference that outlives `body` would get a copy of its own when this is wiped: keep none.
  package func withArray<Result, Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// Out of line, so that the stores above are not removed as dead.
  @inline(never)
  private static func keep(_ bytes: [UInt8]) {}
}
