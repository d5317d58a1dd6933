import KMSDomain
package import KMSSecrets

/// The root that recovery shares open: RSA-3072. The running server has the public half and seals with it what it makes; nobody
/// opens without the shares, which divide the key of the private half.
///
/// A blob is a one-time key under RSAES-OAEP with SHA-256 (RFC 8017) and the secret under that key.
package final class RecoveryRoot: Root {
  private static let formatVersion: UInt8 = 1
  private static let spec = KeySpec.rsa3072
  private static let algorithm = EncryptionAlgorithm.rsaOAEPSHA256
  /// Bytes of what RSA-3072 encrypts to.
  private static let wrappedLength = 384
  private static let keyLength = 32

  package let id: RootID
  let pair: KeyPair

  init(_ pair: KeyPair, id: RootID) {
    self.pair = pair
    self.id = id
  }

  /// - Throws: `malformed` for a holder that isn't one of recovery.
  convenience init(publicHalfOf holder: SealHolder) throws(SealError) {
    let parameters = try SharedParameters(holder)
    do throws(CryptoFailure) {
      self.init(try KeyPair(publicKey: parameters.publicKey, RecoveryRoot.spec), id: holder.root)
    } catch {
      throw error == .rejected ? .malformed : .cryptoUnavailable
    }
  }

  /// The half that the running server has.
  func publicHalf() throws(SealError) -> RecoveryRoot {
    do throws(CryptoFailure) {
      return RecoveryRoot(try KeyPair(publicKey: try pair.publicKey(), RecoveryRoot.spec), id: id)
    } catch {
      throw .cryptoUnavailable
    }
  }

  static func random() throws(SealError) -> RecoveryRoot {
    let id = try RootID.random()
    do throws(CryptoFailure) {
      return RecoveryRoot(try KeyPair(generating: spec), id: id)
    } catch {
      throw .cryptoUnavailable
    }
  }

  package func seal(_ secret: borrowing SecretBytes, aad: [UInt8]) throws(SealError) -> [UInt8] {
    do throws(CryptoFailure) {
      let key = try RandomBytes.secret(RecoveryRoot.keyLength)
      let wrapped = try pair.encrypt(key, by: RecoveryRoot.algorithm)
      return try [RecoveryRoot.formatVersion] + wrapped + Blob.seal(secret, key: key, aad: aad)
    } catch {
      throw .cryptoUnavailable
    }
  }

  package func open(_ blob: [UInt8], aad: [UInt8]) throws(SealError) -> SecretBytes {
    guard pair.hasPrivateHalf else { throw .needsPeople(.recovery) }
    let end = 1 + RecoveryRoot.wrappedLength
    guard blob.count > end, blob[0] == RecoveryRoot.formatVersion else { throw .rejected }
    do throws(CryptoFailure) {
      let key = try pair.decrypt(Array(blob[1..<end]), by: RecoveryRoot.algorithm)
      guard key.count == RecoveryRoot.keyLength else { throw .rejected }
      return try Blob.open(Array(blob[end...]), key: key, aad: aad)
    } catch {
      throw error == .rejected ? .rejected : .cryptoUnavailable
    }
  }
}
