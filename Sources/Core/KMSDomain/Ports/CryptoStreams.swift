// Work in pieces. A stream belongs to one caller at a time and remembers its key and version: every piece is checked like a
// request of its own. After `finish`, and after any failure but `permitMismatch`, it is wiped and says
// `KMSError.cryptography(.streamEnded)`.

package protocol EncipheringStream: AnyObject, Sendable {
  /// nil for modes without one; a random one is known from the beginning.
  var iv: [UInt8]? { get }

  /// - Returns: what is ready of the ciphertext; nothing for modes that must see everything first.
  /// - Throws: `KMSError.cryptography(.streamTooLong)`.
  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) -> [UInt8]

  /// - Returns: the rest, and the tag of modes that have one.
  func finish(_ piece: Payload?, permit: borrowing Permit) throws(KMSError) -> Enciphered
}

/// Modes that authenticate, and those that must see everything first, hold all text back until `finish` has verified it: nothing
/// unverified leaves. They take no more than custody's limit.
package protocol DecipheringStream: AnyObject, Sendable {
  /// - Returns: what is ready of the text.
  /// - Throws: `KMSError.cryptography(.streamTooLong)`.
  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError) -> Payload

  /// - Throws: `KMSError.invalidCiphertext` for whatever doesn't open, without saying why.
  func finish(_ piece: Payload?, tag: [UInt8]?, permit: borrowing Permit) throws(KMSError) -> Payload
}

/// Hashes, codes and signatures.
package protocol SummingStream: AnyObject, Sendable {
  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError)
  func finish(_ piece: Payload?, permit: borrowing Permit) throws(KMSError) -> [UInt8]
}

/// The same to be compared with one that is given.
package protocol VerifyingStream: AnyObject, Sendable {
  func add(_ piece: Payload, permit: borrowing Permit) throws(KMSError)

  /// - Throws: `KMSError.invalidSignature` or `invalidMAC`.
  func finish(_ piece: Payload?, expecting code: [UInt8], permit: borrowing Permit) throws(KMSError)
}
