package import KMSDomain

/// A ciphertext on its way to being opened, and what is known of the key that opens it.
///
/// One of ours names whose material made it, and the version; the caller may name the key too, and then must be right. One that
/// was encrypted for a public key says nothing: the caller must.
package struct CiphertextSource: Sendable {
  package let bytes: [UInt8]
  /// nil: symmetric.
  package let algorithm: EncryptionAlgorithm?
  /// Who made it, as it claims; nil for what can't be one of ours.
  private let header: SymmetricCiphertext?
  /// The key that the caller named.
  package let named: KeyReference?
  /// The named key, else the one whose material made the ciphertext, as it claims.
  let reference: KeyReference
  /// A ciphertext that names its own key opens only in the Regions of that key.
  private let region: String
  /// Nobody looks at the bytes: the caller asks about rights only.
  package let isIgnored: Bool

  /// - Throws: `KMSError.invalidCiphertext` when nobody says which key it is.
  package init(
    _ bytes: [UInt8], by algorithm: EncryptionAlgorithm?, named: KeyReference?, region: String
  ) throws(KMSError) {
    header = algorithm == nil ? SymmetricCiphertext.header(of: bytes) : nil
    self.bytes = bytes
    self.algorithm = algorithm
    self.named = named
    self.region = region
    isIgnored = false
    if let named {
      reference = named
    } else {
      guard let header else { throw .invalidCiphertext }
      reference = KeyReference(.id(header.key), asWritten: "")
    }
  }

  /// What would be opened by a key, whatever it is: for a caller who asks about rights only, and has no ciphertext.
  package init(anyOf named: KeyReference, by algorithm: EncryptionAlgorithm?, region: String) {
    bytes = []
    header = nil
    isIgnored = true
    self.algorithm = algorithm
    self.named = named
    reference = named
    self.region = region
  }

  /// What the caller wrote for the key.
  var asWritten: String { reference.asWritten }

  /// The key that opens it in the place of the one whose material made it; nil when that one does so itself. The key that a
  /// family began with may be gone: its record stays, and leads to the others.
  func relative(of key: ProtectedKey) -> KeyName? {
    guard named == nil, key.record.family != nil || key.record.home.region != region else { return nil }
    return key.record.name(in: region)
  }

  /// The version that made it; for what doesn't say so, the one that is used now.
  func version(of key: ProtectedKey) -> VersionID { header?.version ?? key.record.current }

  /// Whether it says that another key's material made it.
  func isOfAnother(_ key: ProtectedKey) -> Bool { header.map { $0.key != key.materialKey } ?? false }

  /// - Throws: `KMSError.incompatibleAlgorithm`, `contextUnsupported`, `invalidCiphertext`, `incorrectKey`.
  func check(_ key: ProtectedKey, _ context: EncryptionContext) throws(KMSError) {
    try algorithm.require(key.record.spec, context)
    guard algorithm == nil else { return }
    guard header != nil else { throw .invalidCiphertext }
    guard !isOfAnother(key) else { throw .incorrectKey }
  }
}

extension SymmetricCiphertext {
  fileprivate static func header(of bytes: [UInt8]) -> SymmetricCiphertext? {
    do throws(KMSError) {
      return try SymmetricCiphertext(bytes.span)
    } catch {
      return nil
    }
  }
}
