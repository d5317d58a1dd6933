import KMSBytes
import KMSSystem

/// Key material or other secret bytes of a fixed length.
///
/// They live in memory that is locked (as far as the machine allows), left out of core dumps and wiped when the value
/// goes away. There is no description, no coding, no copy: whoever needs the bytes borrows them in `withBytes`.
///
/// The type is `public` only because the compiler inlines nothing of `package` types into other modules, and every request
/// that carries a secret goes through here; what it offers is `package` all the same.
@safe @frozen public struct SecretBytes: ~Copyable, @unchecked Sendable {  // immutable after init
  @usableFromInline let storage: UnsafeMutableRawBufferPointer
  @inlinable package var count: Int { unsafe storage.count }

  /// Zeroed memory that `fill` initialises in place, so that no copy of the secret exists elsewhere.
  @inlinable package init<Failure: Error>(
    count: Int, fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let block = unsafe SecretBytes.unsafeAllocate(count)
    do throws(Failure) {
      var span = unsafe MutableSpan<UInt8>(_unsafeBytes: block)
      try fill(&span)
    } catch {
      unsafe SecretBytes.unsafeFree(block)
      throw error
    }
    unsafe storage = block
  }

  /// Copies bytes that came from outside; the caller wipes its own.
  package init(copying bytes: Span<UInt8>) {
    self.init(count: bytes.count) { (room: inout MutableSpan<UInt8>) in
      for index in bytes.indices { room[index] = bytes[index] }
    }
  }

  @inlinable init(unsafeOwning storage: UnsafeMutableRawBufferPointer) { unsafe self.storage = storage }

  @inlinable deinit { unsafe SecretBytes.unsafeFree(storage) }

  /// Lends the bytes for the duration of `body`.
  @inlinable package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(storage)))
  }

  /// Lends the bytes to C code.
  @inlinable package borrowing func unsafeWithPointer<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(UnsafeRawBufferPointer(storage))
  }

  /// Where they are, for C code: while the value is borrowed, and no longer.
  @unsafe @inlinable package var unsafeStart: UnsafePointer<UInt8>? {
    unsafe UnsafePointer(storage.baseAddress?.assumingMemoryBound(to: UInt8.self))
  }

  /// Whether both hold the same bytes, in time that depends on the lengths only.
  package borrowing func equals(_ other: borrowing SecretBytes) -> Bool {
    withBytes { mine in other.withBytes { theirs in ConstantTime.equal(mine, theirs) } }
  }

  /// Gives the memory away, unwiped: whoever takes it over wipes it.
  @inlinable consuming func unsafeRelease() -> UnsafeMutableRawBufferPointer {
    let storage = unsafe self.storage
    discard self
    return unsafe storage
  }

  // Out of line: the arena's own calls are not for other modules to see.

  @usableFromInline static func unsafeAllocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
    guard count >= 0, let block = unsafe SecretMemory.unsafeAllocate(count) else {
      // Without memory for keys nothing that follows can be right, and no caller could do better.
      fatalError("out of memory for secrets")
    }
    return unsafe block
  }

  @usableFromInline static func unsafeFree(_ block: UnsafeMutableRawBufferPointer) {
    unsafe SecretMemory.unsafeFree(block)
  }
}
