import Glibc
package import KMSDomain
package import KMSSecrets
import KMSSystem

/// Seals by a file of 32 random bytes, which only its owner may read.
///
/// It protects nothing against somebody who copies the file together with the data directory: keep it
/// elsewhere.
package struct KeyFileSeal: Seal {
  package static let length = 32
  private let path: String
  private let cost: ScryptCost

  package init(path: String, cost: ScryptCost = .standard) {
    self.path = path
    self.cost = cost
  }

  /// Makes the file, unless there is one already.
  package func seal(_ root: borrowing SecretBytes, for store: Bits128) throws(SealError) -> SealedRoot {
    if !exists { try make() }
    let secret = try read()
    return try ScryptSealing.seal(root, by: secret, kind: .keyFile, cost: cost, for: store)
  }

  package func unseal(_ sealed: SealedRoot, for store: Bits128) throws(SealError) -> SecretBytes {
    try ScryptSealing.check(sealed, kind: .keyFile, for: store)
    let secret = try read()
    return try ScryptSealing.unseal(sealed, by: secret)
  }

  /// Anything at that path counts: a file that can't be read is never replaced by a new one.
  private var exists: Bool {
    do throws(SystemError) {
      _ = try PrivateFile.read(path, limit: 0)
      return true
    } catch {
      return error.code != ENOENT
    }
  }

  private func make() throws(SealError) {
    let secret: SecretBytes
    do throws(CryptoFailure) {
      secret = try RandomBytes.secret(KeyFileSeal.length)
    } catch {
      throw .cryptoUnavailable
    }
    try SecretFile.write(secret, to: path)
  }

  private func read() throws(SealError) -> SecretBytes {
    let secret = try SecretFile.read(path, limit: KeyFileSeal.length + 1)
    guard secret.count == KeyFileSeal.length else { throw .malformedKeyFile(path) }
    return secret
  }
}
