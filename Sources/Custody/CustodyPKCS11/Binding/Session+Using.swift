import CPKCS11
import KMSSecrets

extension Session {
  func encrypt(
    _ text: borrowing SecretBytes, by method: Method, with key: UInt
  ) throws(ReturnCode) -> [UInt8] {
    unsafe try closed(text, by: method, with: key, kms_p11_encrypt)
  }

  func decrypt(_ data: [UInt8], by method: Method, with key: UInt) throws(ReturnCode) -> SecretBytes {
    unsafe try opened(data, by: method, with: key, kms_p11_decrypt)
  }

  /// Wraps bytes as if they were a key.
  func wrap(_ text: borrowing SecretBytes, by method: Method, with key: UInt) throws(ReturnCode) -> [UInt8] {
    unsafe try closed(text, by: method, with: key, kms_p11_wrap)
  }

  func unwrap(_ data: [UInt8], by method: Method, with key: UInt) throws(ReturnCode) -> SecretBytes {
    unsafe try opened(data, by: method, with: key, kms_p11_unwrap)
  }

  private func closed(
    _ text: borrowing SecretBytes, by method: Method, with key: UInt, _ close: Operation
  ) throws(ReturnCode) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: text.count + Session.room)
    var count = UInt(out.count)
    let from = unsafe text.unsafeStart
    let length = text.count
    try unsafe module.call { module in
      unsafe method.unsafeWith { unsafe close(module, handle, key, $0, from, length, &out, &count) }
    }
    return Array(out.prefix(Int(clamping: count)))
  }

  /// A call that makes bytes of bytes: what goes in, and the room for what comes out.
  private typealias Operation = (
    OpaquePointer?, UInt, UInt, UnsafePointer<kms_p11_mechanism>?, UnsafePointer<UInt8>?, Int,
    UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt>?
  ) -> UInt

  private func opened(
    _ data: [UInt8], by method: Method, with key: UInt, _ open: Operation
  ) throws(ReturnCode) -> SecretBytes {
    var count = UInt(data.count + Session.room)
    let text = try SecretBytes(count: Int(count)) { (room: inout MutableSpan<UInt8>) throws(ReturnCode) in
      var code: UInt = 0
      unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe code = raw(data, by: method, with: key, into: out.baseAddress, &count, open)
      }
      try ReturnCode.check(code)
    }
    return text.prefix(Int(clamping: count))
  }

  private func raw(
    _ data: [UInt8], by method: Method, with key: UInt, into out: UnsafeMutablePointer<UInt8>?,
    _ count: inout UInt, _ open: Operation
  ) -> UInt {
    do throws(ReturnCode) {
      try unsafe module.call { module in
        unsafe method.unsafeWith { unsafe open(module, handle, key, $0, data, data.count, out, &count) }
      }
      return 0
    } catch {
      return error.rawValue
    }
  }

  func sign(_ text: borrowing SecretBytes, by method: Method, with key: UInt) throws(ReturnCode) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: Session.longestSignature)
    var count = UInt(out.count)
    let from = unsafe text.unsafeStart
    let length = text.count
    try unsafe module.call { module in
      unsafe method.unsafeWith { unsafe kms_p11_sign(module, handle, key, $0, from, length, &out, &count) }
    }
    return Array(out.prefix(Int(clamping: count)))
  }

  /// A code that is a secret itself.
  func code(
    over text: borrowing SecretBytes, by mechanism: Mechanism, with key: UInt, length: Int
  ) throws(ReturnCode) -> SecretBytes {
    let method = Method.plain(mechanism)
    let from = unsafe text.unsafeStart
    let fromCount = text.count
    var count = UInt(clamping: length)
    let secret = try SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) throws(ReturnCode) in
      var code: UInt = 0
      let module = self.module
      unsafe room.withUnsafeMutableBufferPointer { out in
        let to = out.baseAddress
        do throws(ReturnCode) {
          try unsafe module.call { module in
            unsafe method.unsafeWith {
              unsafe kms_p11_sign(module, handle, key, $0, from, fromCount, to, &count)
            }
          }
        } catch {
          code = error.rawValue
        }
      }
      try ReturnCode.check(code)
    }
    guard count == UInt(clamping: length) else { throw .generalError }
    return secret
  }

  /// What is agreed on with the holder of an elliptic curve's point.
  func agree(with point: [UInt8], key: UInt, length: Int) throws(ReturnCode) -> SecretBytes {
    try SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) throws(ReturnCode) in
      var code: UInt = 0
      let module = self.module
      unsafe room.withUnsafeMutableBufferPointer { out in
        let to = out.baseAddress
        do throws(ReturnCode) {
          try unsafe module.call {
            unsafe kms_p11_agree($0, handle, key, point, point.count, to, UInt(clamping: length))
          }
        } catch {
          code = error.rawValue
        }
      }
      try ReturnCode.check(code)
    }
  }

  /// Whether the token would decrypt so. The session is good for nothing afterwards.
  func wouldDecrypt(by method: Method, with key: UInt) throws(ReturnCode) {
    try unsafe module.call { module in
      unsafe method.unsafeWith { unsafe kms_p11_try_decrypt(module, handle, key, $0) }
    }
  }

  /// What ciphertexts may be longer than texts, and the longest signature: of RSA with 8192 bits.
  private static let room = 1024
  private static let longestSignature = 1024
}
