import KMSBytes
package import KMSDomain
import KMSSecrets
import KMSSystem
import Synchronization

/// Where a PIN comes from. The assembly passes the source, never the PIN.
package enum PINSource: Sendable {
  /// A private file; one line break at its end doesn't count. It is read at every login.
  case file(String)
  /// Asked for at every login: a variable, what somebody typed. The assembly reads those, not custody.
  case supplied(@Sendable () throws(HSMFault) -> Payload)

  /// Bytes of a PIN, line break included.
  static let longest = 1024

  /// - Throws: `HSMFault.unreadablePIN`.
  func read() throws(HSMFault) -> SecretBytes {
    let secret: SecretBytes
    switch self {
    case .file(let path): secret = PINSource.line(try PINSource.content(of: path))
    case .supplied(let ask):
      guard let answer = try ask().take() else { throw .unreadablePIN("the PIN was used before") }
      secret = answer
    }
    guard secret.count > 0 else { throw .unreadablePIN("the PIN is empty") }
    return secret
  }

  private static func content(of path: String) throws(HSMFault) -> SecretBytes {
    do throws(SystemError) {
      let bytes = try PrivateFile.read(path, limit: longest)
      let secret = SecretBytes(copying: bytes.span)
      _ = WipedBytes(consume bytes)
      return secret
    } catch {
      throw .unreadablePIN(error.description)
    }
  }

  /// The bytes without one line feed, or carriage return and line feed, at the end.
  private static func line(_ text: borrowing SecretBytes) -> SecretBytes {
    let count = text.withBytes { bytes in
      var count = bytes.count
      if count > 0, bytes[count - 1] == UInt8(ascii: "\n") { count -= 1 }
      if count < bytes.count, count > 0, bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
      return count
    }
    return text.prefix(count)
  }
}

extension SecretBytes {
  /// A copy of the first bytes; all when there are no more.
  borrowing func prefix(_ count: Int) -> SecretBytes {
    let length = min(max(count, 0), self.count)
    return SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) in
      withBytes { bytes in
        for index in room.indices { room[index] = bytes[index] }
      }
    }
  }
}

/// The PINs that tokens have refused. They count the attempts and lock themselves, so none is tried twice in the life of a
/// process, whoever asks; another one is.
final class RefusedPINs: Sendable {
  private let last = Mutex<[TokenChoice: Shared]>([:])

  func contains(_ pin: borrowing SecretBytes, for choice: TokenChoice) -> Bool {
    let refused = last.withLock { $0[choice] }
    return refused?.secret.equals(pin) ?? false
  }

  func add(_ pin: borrowing SecretBytes, for choice: TokenChoice) {
    let refused = Shared(pin.prefix(pin.count))
    last.withLock { $0[choice] = refused }
  }
}

/// Secret bytes that several attempts of one job may need.
final class Shared: Sendable {
  let secret: SecretBytes
  init(_ secret: consuming SecretBytes) { self.secret = secret }
}
