import KMSBytes
import KMSSecrets
import KMSSystem

/// Private files whose content is a secret: the ordinary memory that it passes through is wiped.
enum SecretFile {
  /// - Throws: `unreadable` with the reason; also when group or others may access the file, or when it is longer
  ///   than `limit`.
  static func read(_ path: String, limit: Int) throws(SealError) -> SecretBytes {
    do throws(SystemError) {
      let bytes = try PrivateFile.read(path, limit: limit)
      let secret = SecretBytes(copying: bytes.span)
      _ = WipedBytes(consume bytes)
      return secret
    } catch {
      throw SealError(error)
    }
  }

  static func write(_ secret: borrowing SecretBytes, to path: String) throws(SealError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(secret.count)  // growing would leave copies behind
    secret.withBytes { secret in
      for index in secret.indices { bytes.append(secret[index]) }
    }
    do throws(SystemError) {
      try PrivateFile.write(bytes, to: path)
    } catch {
      throw SealError(error)
    }
    _ = WipedBytes(consume bytes)
  }
}
