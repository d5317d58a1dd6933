package import KMSDomain

/// The device that keeps material beside this process, if there is one.
package struct KeysElsewhere: Sendable {
  let device: (any KeyDevice)?
  /// Whether new keys go there whose site is the usual one.
  let takesNewKeys: Bool
  /// Where it is written down what is about to be made there; nil: nowhere.
  let book: IntentionBook?

  /// All material is here.
  package static let none = KeysElsewhere(nil, takesNewKeys: false)

  package init(_ device: (any KeyDevice)?, takesNewKeys: Bool, book: IntentionBook? = nil) {
    self.device = device
    self.book = book
    self.takesNewKeys = takesNewKeys && device != nil
  }

  /// Where material that may not leave is made; nil: under the root.
  func device(at site: MaterialSite) -> (any KeyDevice)? {
    switch site {
    case .root: nil
    case .usual: takesNewKeys ? device : nil
    case .device: device
    }
  }
}

/// What the stored form of material says that is on a device. `docs/formats.md` has the layout.
///
/// It names the identity that it belongs to by a code under the store's own key: a row that was moved or edited isn't taken.
struct StoredReference {
  /// What is wrapped begins with `Blob.formatVersion`, which is another.
  private static let formatVersion = WrappedKey.formatOfReferences
  private static let codeLength = 32
  let reference: [UInt8]
  /// SubjectPublicKeyInfo (DER); empty for symmetric keys.
  let publicKey: [UInt8]

  private var body: [UInt8] {
    [StoredReference.formatVersion] + BlobIdentity.bigEndian(UInt32(clamping: reference.count)) + reference
      + publicKey
  }

  private static func bound(_ body: [UInt8], _ identity: VersionIdentity, in store: Bits128) -> [UInt8] {
    Array("claviger/device-key/1".utf8) + store.bytes + identity.canonicalBytes + body
  }

  /// - Parameter epoch: any that there is; nothing is wrapped under it.
  func wrapped(
    as identity: VersionIdentity, _ epoch: EpochID, by custody: SoftwareCustody
  ) -> WrappedKey {
    let code = custody.code(for: StoredReference.bound(body, identity, in: custody.store))
    return WrappedKey(epoch: epoch, bytes: body + code)
  }

  init(reference: [UInt8], publicKey: [UInt8]) {
    self.reference = reference
    self.publicKey = publicKey
  }

  /// - Throws: `KMSError.corrupt(.keyMaterial)` for whatever wasn't stored for this identity.
  init(_ wrapped: WrappedKey, as identity: VersionIdentity, by custody: SoftwareCustody) throws(KMSError) {
    let bytes = wrapped.bytes
    let start = 1 + 4
    guard bytes.count >= start + StoredReference.codeLength, bytes[0] == StoredReference.formatVersion else {
      throw .corrupt(.keyMaterial)
    }
    let end = bytes.count - StoredReference.codeLength
    let bound = StoredReference.bound(Array(bytes[..<end]), identity, in: custody.store)
    let count = bytes[1..<start].reduce(0) { $0 << 8 | Int($1) }
    guard custody.isValid(Array(bytes[end...]), for: bound), count <= end - start else {
      throw .corrupt(.keyMaterial)
    }
    reference = Array(bytes[start..<(start + count)])
    publicKey = Array(bytes[(start + count)..<end])
  }
}
