import WireKMIP

// Notes of the door's own for which the specification has no tag. They stand among what is kept of an object under tags of the
// extensions' space: no client can give them, and no answer has them. Stored: never change or reuse a number.

extension KMIPTag {
  /// It came out of a PKCS#12 store.
  static let fromStoreNote = KMIPTag(0x54_c001)
  /// It is a part of the account's certificate authority: which part.
  static let authorityNote = KMIPTag(0x54_c002)
}
