package import KMSDomain
import KMSSecrets

extension SoftwareCustody: KeyCustody {
  /// Bytes of AES-256 material.
  static let materialLength = 32
  /// The longest plaintext that custody takes; doors have limits of their own below it.
  package static let longestPlaintext = 64 << 10

  package func generate(
    _ identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> WrappedKey {
    try permit.check(.createKey, key: identity.key, version: identity.version)
    let epoch = try epochs.forWrapping()
    do throws(CryptoFailure) {
      switch identity.spec {
      case .aes256:
        let material = try RandomBytes.secret(SoftwareCustody.materialLength)
        let bytes = try epoch.keys.seal(material, aad: BlobIdentity.version(identity, in: store))
        return WrappedKey(epoch: epoch.id, bytes: bytes)
      }
    } catch {
      throw .custodyUnavailable
    }
  }

  package func open(_ wrapped: WrappedKey, as identity: VersionIdentity) throws(KMSError) -> any LiveKey {
    guard let epoch = epochs[wrapped.epoch] else { throw .corrupt(.keyMaterial) }
    do throws(CryptoFailure) {
      let material = try epoch.keys.open(wrapped.bytes, aad: BlobIdentity.version(identity, in: store))
      guard material.count == SoftwareCustody.materialLength else { throw .rejected }
      let envelope = try Envelope(material: material, key: identity.key, version: identity.version)
      return SoftwareLiveKey(key: identity.key, version: identity.version, envelope: envelope)
    } catch {
      throw error == .rejected ? .corrupt(.keyMaterial) : .custodyUnavailable
    }
  }

  package func encrypt(
    _ plaintext: Payload, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key)
    try permit.check(.encrypt, or: .reEncryptTo, key: key.key, version: key.version)
    guard let text = plaintext.take(), text.count <= SoftwareCustody.longestPlaintext else {
      throw .custodyUnavailable
    }
    return try seal(text, context, key)
  }

  package func decrypt(
    _ ciphertext: [UInt8], context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key)
    try permit.check(.decrypt, or: .reEncryptFrom, key: key.key, version: key.version)
    guard ciphertext.count <= SoftwareCustody.longestPlaintext + SymmetricCiphertext.overhead else {
      throw .invalidCiphertext
    }
    do throws(CryptoFailure) {
      return Payload(try key.envelope.open(ciphertext, aad: associatedData(context)))
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  package func generateDataKey(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKey {
    let key = try ours(key)
    try permit.check(.generateDataKey, key: key.key, version: key.version)
    let fresh = try secret(count)
    let ciphertext = try seal(fresh, context, key)
    return DataKey(plaintext: Payload(fresh), ciphertext: ciphertext)
  }

  package func generateDataKeyWithoutPlaintext(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key)
    try permit.check(.generateDataKeyWithoutPlaintext, key: key.key, version: key.version)
    return try seal(try secret(count), context, key)
  }

  package func random(count: Int, permit: borrowing Permit) throws(KMSError) -> Payload {
    try permit.check(.generateRandom, key: nil, version: nil)
    return Payload(try secret(count))
  }
}

extension SoftwareCustody {
  /// - Throws: `KMSError.permitMismatch` for a key that another custody opened: no permit can mean it.
  private func ours(_ key: any LiveKey) throws(KMSError) -> SoftwareLiveKey {
    guard let ours = key as? SoftwareLiveKey else { throw .permitMismatch }
    return ours
  }

  private func seal(
    _ text: borrowing SecretBytes, _ context: EncryptionContext, _ key: SoftwareLiveKey
  ) throws(KMSError) -> [UInt8] {
    do throws(CryptoFailure) {
      return try key.envelope.seal(text, aad: associatedData(context))
    } catch {
      throw .custodyUnavailable
    }
  }

  private func associatedData(_ context: EncryptionContext) -> [UInt8] {
    var bytes: [UInt8] = []
    guard !context.pairs.isEmpty else { return bytes }
    // Four allocations for one pair otherwise: more than its share of a microsecond.
    bytes.reserveCapacity(context.pairs.reduce(0) { $0 + 8 + $1.name.utf8.count + $1.value.utf8.count })
    context.appendCanonical(to: &bytes)
    return bytes
  }

  private func secret(_ count: Int) throws(KMSError) -> SecretBytes {
    guard (0...SoftwareCustody.longestPlaintext).contains(count) else { throw .custodyUnavailable }
    do throws(CryptoFailure) {
      return try RandomBytes.secret(count)
    } catch {
      throw .custodyUnavailable
    }
  }
}
