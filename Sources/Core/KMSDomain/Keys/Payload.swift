public import KMSSecrets

/// Secret bytes on their way between a door and custody: plaintext to encrypt, a data key to hand out.
///
/// A door fills one from the request or reads one into the answer, once; then the bytes are wiped. It has no
/// description and no coding, so it can't end in a log by accident.
///
/// `public` for the compiler's sake only, as `SecretBytes`.
public final class Payload: Sendable {
  @usableFromInline let slot: SecretSlot
  @inlinable package var count: Int { slot.count }

  /// For custody: wraps what it made.
  @inlinable package init(_ secret: consuming SecretBytes) { slot = SecretSlot(secret) }

  /// For doors: `fill` writes the secret in place; false throws the memory away.
  /// - Returns: nil when `fill` says that the input was malformed.
  @inlinable package init?(count: Int, fill: (inout MutableSpan<UInt8>) -> Bool) {
    var sound = false
    let secret = SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) in sound = fill(&room) }
    guard sound else { return nil }
    slot = SecretSlot(secret)
  }

  /// For doors: a copy of what they were sent; the original is theirs to wipe.
  package convenience init(copying bytes: Span<UInt8>) { self.init(SecretBytes(copying: bytes)) }

  /// For custody: the bytes, out of the payload. nil the second time.
  @inlinable package func take() -> SecretBytes? { slot.take() }

  /// For custody: lends the bytes and leaves them there. Whoever asks for them meanwhile gets nothing.
  /// - Returns: nil when they were taken.
  package func lend<Result>(_ body: (Span<UInt8>) -> Result) -> Result? { slot.lend(body) }

  /// For doors: lends the bytes once and wipes them afterwards.
  /// - Returns: nil the second time.
  @inlinable package func readOnce<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    guard let secret = take() else { return nil }
    return secret.withBytes(body)
  }
}
