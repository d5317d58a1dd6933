package import KMSDomain
import KMSSecrets

// PKCS#12 stores. How one that comes in is protected is its maker's choice, and it is opened once: what it protects is under this
// custody's own protection from then on.

extension SoftwareCustody {
  package func openBundle(
    _ store: Payload, password: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> KeyBundle {
    let password = try usable(password, .openBundle, permit)
    let store = try takeExplicit(store)
    return try password.withMaterial { (secret) throws(KMSError) in
      guard SoftwareCustody.isText(secret) else { throw .invalidCiphertext }
      do throws(CryptoFailure) {
        let bundle = try Bundle(store, password: secret)
        return KeyBundle(
          privateKey: Payload(try bundle.privateKey()), certificates: bundle.certificates,
          friendlyName: bundle.friendlyName)
      } catch {
        throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
      }
    }
  }

  package func exportBundle(
    _ key: any LiveKey, certificates: [[UInt8]], friendlyName: String?, password: any LiveKey,
    permit: borrowing Permit, passwordPermit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try exportable(key, .export, permit)
    let password = try usable(password, .makeBundle, passwordPermit)
    _ = try written(key)
    let pair = try key.pair(needsPrivateHalf: true)
    let length = certificates.reduce(0) { $0 + $1.count }
    guard length <= SoftwareCustody.longestExplicit, friendlyName?.utf8.contains(0) != true else {
      throw .cryptography(.form)
    }
    return try password.withMaterial { (secret) throws(KMSError) in
      guard SoftwareCustody.isText(secret) else { throw .cryptography(.form) }
      do throws(CryptoFailure) {
        return Payload(
          try pair.bundle(certificates: certificates, name: friendlyName, password: secret))
      } catch {
        throw error == .rejected ? .cryptography(.form) : .custodyUnavailable
      }
    }
  }

  /// The library takes passwords up to the first zero byte: a longer one would protect less than it seems.
  private static func isText(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count <= 1024 else { return false }
    for index in bytes.indices where bytes[index] == 0 { return false }
    return true
  }
}
