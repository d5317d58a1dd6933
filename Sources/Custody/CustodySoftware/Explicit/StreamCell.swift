import KMSDomain
import KMSSecrets
import Synchronization

/// What a stream has until its end, for one step at a time. After the last step, and after one that failed, nothing is left: what
/// was in it is wiped.
final class StreamCell<Content: Sendable>: Sendable {
  private let content: Mutex<Content?>

  init(_ content: Content) { self.content = Mutex(content) }

  /// - Throws: `KMSError.cryptography(.streamEnded)`; what `body` throws, and then this was the end.
  func step<Answer: Sendable>(
    _ body: (inout Content) throws(KMSError) -> Answer
  ) throws(KMSError) -> Answer {
    let outcome = content.withLock { (content) -> Result<Answer, KMSError> in
      guard var now = content.take() else { return .failure(.cryptography(.streamEnded)) }
      do throws(KMSError) {
        let answer = try body(&now)
        content = now
        return .success(answer)
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// The last step.
  func end<Answer: Sendable>(_ body: (inout Content) throws(KMSError) -> Answer) throws(KMSError) -> Answer {
    let outcome = content.withLock { (content) -> Result<Answer, KMSError> in
      guard var now = content.take() else { return .failure(.cryptography(.streamEnded)) }
      do throws(KMSError) { return .success(try body(&now)) } catch { return .failure(error) }
    }
    return try outcome.get()
  }
}

/// Who may add to a stream: whoever could begin it, checked anew each time.
struct StreamGuard: Sendable {
  let right: UseRight
  /// nil for what needs no key.
  let key: SoftwareLiveKey?

  /// - Throws: `KMSError.permitMismatch`, and then nothing has changed.
  func check(_ permit: borrowing Permit) throws(KMSError) {
    try right.check(permit, key: key?.key, version: key?.version, usages: key?.usages ?? [])
  }

  /// - Throws: `KMSError.custodyUnavailable` for a piece that was read before, or too long.
  static func take(_ piece: Payload?) throws(KMSError) -> SecretBytes {
    guard let piece else { return SecretBytes(public: []) }
    guard piece.count <= SoftwareCustody.longestExplicit, let bytes = piece.take() else {
      throw .custodyUnavailable
    }
    return bytes
  }
}

/// Pieces that are held back until the last is there.
struct HeldBack: Sendable {
  private var pieces: [Secret] = []
  private var count = 0

  /// - Throws: `KMSError.cryptography(.streamTooLong)`.
  mutating func add(_ piece: consuming SecretBytes) throws(KMSError) {
    guard piece.count <= SoftwareCustody.longestExplicit - count else { throw .cryptography(.streamTooLong) }
    count += piece.count
    if piece.count > 0 { pieces.append(Secret(piece)) }
  }

  func joined() -> SecretBytes { Secret.joined(pieces) }
}
