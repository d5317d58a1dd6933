public import Synchronization

/// Keeps secret bytes until somebody takes them: once, whichever thread is first. What nobody took is wiped with the slot.
///
/// One exchange of a pointer, where a lock takes two. `public` for the compiler's sake only, as `SecretBytes`.
@safe @frozen public struct SecretSlot: ~Copyable, @unchecked Sendable {  // an atomic and a constant
  @usableFromInline package let count: Int
  /// nil: taken.
  @usableFromInline let start: Atomic<UnsafeMutableRawPointer?>

  @inlinable package init(_ secret: consuming SecretBytes) {
    count = secret.count
    unsafe start = Atomic(secret.unsafeRelease().baseAddress)
  }

  /// - Returns: nil the second time.
  @inlinable package borrowing func take() -> SecretBytes? {
    guard let taken = unsafe start.exchange(nil, ordering: .acquiringAndReleasing) else { return nil }
    return unsafe SecretBytes(unsafeOwning: UnsafeMutableRawBufferPointer(start: taken, count: count))
  }

  /// Lends the bytes and leaves them there. Whoever asks for them meanwhile gets nothing.
  /// - Returns: nil when they were taken.
  package borrowing func lend<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    guard let lent = take() else { return nil }
    let result = lent.withBytes(body)
    unsafe start.store(lent.unsafeRelease().baseAddress, ordering: .releasing)
    return result
  }

  @inlinable deinit {
    // Nobody else knows the slot any more. Most are empty by now, and a look costs less than an exchange.
    if unsafe start.load(ordering: .acquiring) != nil { _ = take() }
  }
}
