import Glibc
package import KMSDomain
import KMSSecrets
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

  package let kind = SealKind.keyFile

  /// Makes the file, unless there is one already.
  package func make(for store: Bits128) throws(SealError) -> NewRoot {
    if !exists { try writeFile() }
    let secret = try read()
    return try ScryptSealing.make(.keyFile, by: secret, cost: cost, for: store)
  }

  package func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    let secret = try read()
    return try ScryptSealing.unseal(holder, by: secret, for: store)
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

  private func writeFile() throws(SealError) {
    try SealError.requireCrypto()
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
