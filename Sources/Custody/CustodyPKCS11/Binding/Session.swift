import CPKCS11
import KMSSecrets

/// One session with a token. It belongs to one thread at a time.
package final class Session {
  let module: Module
  let handle: UInt
  /// Which opening of the module it belongs to.
  let generation: Int
  /// Handles of objects, found by their identifiers.
  private var found: [ObjectID: UInt] = [:]

  init(_ module: Module, handle: UInt, generation: Int) {
    self.module = module
    self.handle = handle
    self.generation = generation
  }
}

/// How an object is found again.
struct ObjectID: Hashable, Sendable {
  enum Class: UInt32, Sendable {
    case publicHalf = 2
    case privateHalf = 3
    case secret = 4
  }

  let kind: Class
  /// CKA_ID
  let id: [UInt8]
}

extension Session {
  private static let mostFound = 4096

  /// The object's handle, from before if it was asked for in this session.
  /// - Returns: nil when there is none.
  /// - Throws: `generalError` when there are several: none of them can be told to be the right one.
  func object(_ object: ObjectID) throws(ReturnCode) -> UInt? {
    if let known = found[object] { return known }
    let handles = try objects(object)
    guard handles.count < 2 else { throw .generalError }
    guard let handle = handles.first else { return nil }
    if found.count >= Session.mostFound { found.removeAll() }
    found[object] = handle
    return handle
  }

  /// All that have this identifier; two are enough to know that it isn't unique.
  /// - Throws: `userNotLoggedIn` when nobody is: a token then answers as if there were no private objects.
  func objects(_ object: ObjectID) throws(ReturnCode) -> [UInt] {
    var handles = [UInt](repeating: 0, count: 8)
    var count = 0
    let room = handles.count
    try unsafe module.call {
      unsafe kms_p11_find(
        $0, handle, kms_p11_class(object.kind.rawValue), object.id, object.id.count, &handles, room, &count)
    }
    if count == 0 {
      var isLoggedIn: Int32 = 0
      try unsafe module.call { unsafe kms_p11_is_logged_in($0, handle, &isLoggedIn) }
      guard isLoggedIn == 1 else { throw .userNotLoggedIn }
    }
    return Array(handles.prefix(count))
  }

  func forget(_ object: ObjectID) { found[object] = nil }

  func destroy(_ object: UInt) throws(ReturnCode) {
    try unsafe module.call { unsafe kms_p11_destroy($0, handle, object) }
  }

  func random(_ count: Int) throws(ReturnCode) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe module.call { unsafe kms_p11_random($0, handle, &bytes, count) }
    return bytes
  }

  func attribute(_ type: UInt, of object: UInt) throws(ReturnCode) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 2048)
    var count = UInt(bytes.count)
    try unsafe module.call { unsafe kms_p11_attribute($0, handle, object, type, &bytes, &count) }
    return Array(bytes.prefix(Int(clamping: count)))
  }

  /// Whether the token says of a key that it never leaves.
  func isLockedIn(_ object: UInt) throws(ReturnCode) -> Bool {
    var sensitive: Int32 = 0
    var extractable: Int32 = 1
    try unsafe module.call { unsafe kms_p11_flag($0, handle, object, UInt(KMS_P11_SENSITIVE), &sensitive) }
    try unsafe module.call {
      unsafe kms_p11_flag($0, handle, object, UInt(KMS_P11_EXTRACTABLE), &extractable)
    }
    return sensitive == 1 && extractable == 0
  }
}
