package import KMSDomain
import KMSSecrets

/// Seals among people: any k of n shares give the root, fewer say nothing about it. The root is what is divided, so nothing
/// of it is in the seal file.
package struct ShamirSeal: Seal {
  package let kind = SealKind.shamir
  private let parameters: SharedParameters
  private let box: ShareBox?

  /// - Parameter box: where the shares are, for opening; nil for making.
  package init(_ parameters: SharedParameters, box: ShareBox? = nil) {
    self.parameters = parameters
    self.box = box
  }

  package func make(for store: Bits128) throws(SealError) -> NewRoot {
    let root = try SoftwareRoot.random(for: store)
    let shares = try Shares.split(root.secret.bytes, .shamir, parameters, root: root.id, store: store)
    let holder = SealHolder(kind: .shamir, root: root.id, parameters: parameters.encoded, sealed: [])
    return NewRoot(root: root, holder: holder, shares: shares)
  }

  package func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    guard let box else { throw .needsPeople(.shamir) }
    return try SoftwareRoot(try box.secret(of: holder), id: holder.root, store: store)
  }
}

/// Seals for the day on which whatever else opens the store is lost. The shares divide the key under which the private half of
/// the recovery root lies in the seal file.
package struct RecoverySeal: Seal {
  package let kind = SealKind.recovery
  private let parameters: SharedParameters
  private let box: ShareBox?

  package init(_ parameters: SharedParameters, box: ShareBox? = nil) {
    self.parameters = parameters
    self.box = box
  }

  package func make(for store: Bits128) throws(SealError) -> NewRoot {
    let root = try RecoveryRoot.random()
    do throws(CryptoFailure) {
      let key = try RandomBytes.secret(Share.secretLength)
      guard
        let full = SharedParameters(
          threshold: parameters.threshold, parts: parameters.parts, publicKey: try root.pair.publicKey())
      else { throw .failed }
      let binding = SealHolder.binding(.recovery, root.id, full.encoded, in: store)
      let sealed = try Blob.seal(try root.pair.privateKey(), key: key, aad: binding)
      let holder = SealHolder(kind: .recovery, root: root.id, parameters: full.encoded, sealed: sealed)
      guard let shares = try? Shares.split(key, .recovery, parameters, root: root.id, store: store) else {
        throw .failed
      }
      return NewRoot(root: root, holder: holder, shares: shares)
    } catch {
      throw .cryptoUnavailable
    }
  }

  package func unseal(_ holder: SealHolder, for store: Bits128) throws(SealError) -> any Root {
    guard let box else { throw .needsPeople(.recovery) }
    let key = try box.secret(of: holder)
    do throws(CryptoFailure) {
      let encoded = try Blob.open(holder.sealed, key: key, aad: holder.binding(in: store))
      return RecoveryRoot(try KeyPair(pkcs8: encoded, .rsa3072, checked: true), id: holder.root)
    } catch {
      throw error == .rejected ? .doesNotOpen(.recovery) : .cryptoUnavailable
    }
  }
}
