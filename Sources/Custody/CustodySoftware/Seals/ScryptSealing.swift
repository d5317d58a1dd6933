import KMSDomain
import KMSSecrets

/// Sealing by a secret of any kind: scrypt over the secret and a salt, then AES-256-GCM over the root with everything else
/// that is stored as associated data. A holder's parameters are the cost (3 bytes) and the salt, its sealed bytes the nonce
/// and the ciphertext.
enum ScryptSealing {
  static let costLength = 3
  static let saltLength = 32
  static let parametersLength = costLength + saltLength
  static let sealedLength = AESGCM.nonceLength + SoftwareRoot.length + AESGCM.tagLength

  /// A new root under the secret.
  static func make(
    _ kind: SealKind, by secret: borrowing SecretBytes, cost: ScryptCost, for store: Bits128
  ) throws(SealError) -> NewRoot {
    let root = try SoftwareRoot.random(for: store)
    do throws(CryptoFailure) {
      let salt = try RandomBytes.plain(saltLength)
      let nonce = try RandomBytes.plain(AESGCM.nonceLength)
      let key = try Derivation.scrypt(secret, salt: salt, cost: cost)
      let parameters = [cost.logN, cost.r, cost.p] + salt
      let binding = SealHolder.binding(kind, root.id, parameters, in: store)
      let sealed = try AESGCM.seal(root.secret.bytes, key: key, nonce: nonce, aad: binding)
      let holder = SealHolder(kind: kind, root: root.id, parameters: parameters, sealed: nonce + sealed)
      return NewRoot(root: root, holder: holder)
    } catch {
      throw .cryptoUnavailable
    }
  }

  static func unseal(
    _ holder: SealHolder, by secret: borrowing SecretBytes, for store: Bits128
  ) throws(SealError) -> SoftwareRoot {
    guard let cost = cost(of: holder), holder.sealed.count == sealedLength else { throw .malformed }
    let bytes: SecretBytes
    do throws(CryptoFailure) {
      let salt = Array(holder.parameters[costLength...])
      let key = try Derivation.scrypt(secret, salt: salt, cost: cost)
      bytes = try AESGCM.open(
        holder.sealed[AESGCM.nonceLength...], key: key, nonce: Array(holder.sealed[..<AESGCM.nonceLength]),
        aad: holder.binding(in: store))
    } catch {
      throw error == .rejected ? .doesNotOpen(holder.kind) : .cryptoUnavailable
    }
    return try SoftwareRoot(bytes, id: holder.root, store: store)
  }

  /// nil for parameters that no holder has.
  static func cost(of holder: SealHolder) -> ScryptCost? {
    let parameters = holder.parameters
    guard parameters.count == parametersLength else { return nil }
    return ScryptCost(logN: parameters[0], r: parameters[1], p: parameters[2])
  }
}
