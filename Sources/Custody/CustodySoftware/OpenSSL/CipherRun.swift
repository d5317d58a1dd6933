import COpenSSL
import KMSSecrets

/// What libcrypto calls a cipher.
struct CipherName: Sendable {
  let text: String
  /// Whether the legacy provider has it, which is loaded for such names alone and may be absent.
  let isLegacy: Bool

  init(_ text: String, isLegacy: Bool = false) {
    self.text = text
    self.isLegacy = isLegacy
  }

  var source: kms_cipher_source { isLegacy ? KMS_LEGACY : KMS_LIBRARY }
}

/// What libcrypto must know to begin an encryption or a decryption.
struct CipherSetup: Sendable {
  let name: CipherName
  /// PKCS#5.
  var isPadded = false
  var iv: [UInt8] = []
  /// 0 where the mode has no tag.
  var tagLength = 0
  var associated: [UInt8] = []
}

/// One encryption or decryption under way. The owner of a C handle; what it holds of the key is wiped with it.
@safe struct CipherRun: ~Copyable, @unchecked Sendable {  // whoever has it has it alone
  private let handle: OpaquePointer
  private let tagLength: Int

  /// - Parameter tag: what must come out; nil for encryption, and for modes without.
  /// - Parameter total: bytes of everything that will be added: CCM must know it.
  /// - Throws: `failed` when the parameters don't go together.
  init(
    _ setup: CipherSetup, encrypts: Bool, key: Span<UInt8>, tag: [UInt8]? = nil, total: Int = 0
  ) throws(CryptoFailure) {
    let made = unsafe key.withUnsafeBufferPointer { key -> OpaquePointer? in
      guard let start = key.baseAddress else { return nil }
      return unsafe kms_cipher_run_new(
        setup.name.text, setup.name.source, encrypts ? 1 : 0, setup.isPadded ? 1 : 0, start, key.count,
        setup.iv, setup.iv.count,
        tag ?? [], setup.tagLength, setup.associated, setup.associated.count, total)
    }
    guard let made = unsafe made else { throw .failed }
    unsafe handle = made
    tagLength = setup.tagLength
  }

  deinit { unsafe kms_cipher_run_free(handle) }

  /// Adds a piece: what is ready of what comes out, a ciphertext.
  borrowing func add(_ piece: Span<UInt8>) throws(CryptoFailure) -> [UInt8] {
    try unsafe ciphertext(piece.count) { handle, out, count in
      unsafe CipherRun.write(piece, to: handle, out, &count)
    }
  }

  /// Adds the last piece: the rest, and the tag, which is empty for modes without.
  borrowing func finish(_ piece: Span<UInt8>) throws(CryptoFailure) -> (data: [UInt8], tag: [UInt8]) {
    var tag = [UInt8](repeating: 0, count: Int(KMS_LONGEST_TAG))
    let data = try unsafe ciphertext(piece.count) { handle, out, count in
      unsafe CipherRun.writeLast(piece, to: handle, out, &count, &tag)
    }
    return (data, Array(tag.prefix(tagLength)))
  }

  /// Adds a piece: what is ready of what comes out, a secret.
  /// - Throws: `rejected` for what can't be a ciphertext.
  borrowing func addSecret(_ piece: Span<UInt8>) throws(CryptoFailure) -> SecretBytes {
    try unsafe text(piece.count) { handle, out, count in
      unsafe CipherRun.write(piece, to: handle, out, &count)
    }
  }

  /// Adds the last piece: the rest, a secret.
  /// - Throws: `rejected` for whatever doesn't open.
  borrowing func finishSecret(_ piece: Span<UInt8>) throws(CryptoFailure) -> SecretBytes {
    var tag = [UInt8](repeating: 0, count: Int(KMS_LONGEST_TAG))
    return try unsafe text(piece.count) { handle, out, count in
      unsafe CipherRun.writeLast(piece, to: handle, out, &count, &tag)
    }
  }
}

extension CipherRun {
  private typealias Writing =
    (OpaquePointer, UnsafeMutablePointer<UInt8>, inout Int) -> kms_crypto_result

  private static func write(
    _ piece: Span<UInt8>, to handle: OpaquePointer, _ out: UnsafeMutablePointer<UInt8>, _ count: inout Int
  ) -> kms_crypto_result {
    unsafe piece.withUnsafeBufferPointer {
      unsafe kms_cipher_run_add(handle, $0.baseAddress, $0.count, out, &count)
    }
  }

  private static func writeLast(
    _ piece: Span<UInt8>, to handle: OpaquePointer, _ out: UnsafeMutablePointer<UInt8>, _ count: inout Int,
    _ tag: inout [UInt8]
  ) -> kms_crypto_result {
    var rest = 0
    var result = unsafe write(piece, to: handle, out, &count)
    guard result == KMS_CRYPTO_OK else { return result }
    result = unsafe kms_cipher_run_finish(handle, out + count, &rest, &tag)
    count += rest
    return result
  }

  /// A piece may come with a block that was held back, and the end with a block of padding.
  private static let spare = 2 * Int(KMS_LONGEST_BLOCK)

  private borrowing func ciphertext(_ count: Int, _ write: Writing) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let room = count + CipherRun.spare
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { out, count in
      guard let to = out.baseAddress else { return }
      var length = 0
      unsafe result = write(handle, to, &length)
      count = result == KMS_CRYPTO_OK ? length : 0
    }
    try CryptoFailure.check(result)
    return bytes
  }

  private borrowing func text(_ count: Int, _ write: Writing) throws(CryptoFailure) -> SecretBytes {
    var length = 0
    let whole = try SecretBytes(count: count + CipherRun.spare) {
      (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe write(handle, to, &length)
      }
      try CryptoFailure.check(result)
    }
    return whole.prefix(length)
  }
}
