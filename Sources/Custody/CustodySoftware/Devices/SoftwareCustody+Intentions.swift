package import KMSDomain

/// Where intentions are written down, and from where.
package struct IntentionBook: Sendable {
  let pages: any DeviceIntentions
  /// What tells this store from every copy of it; only intentions with the same are this store's own.
  let seat: [UInt8]

  /// - Parameter seat: 32 bytes.
  package init(_ pages: any DeviceIntentions, seat: [UInt8]) {
    self.pages = pages
    self.seat = seat
  }
}

/// What custody makes of an intention that an earlier server left.
package enum LeftIntention: Sendable {
  /// What was to be made, as a key's record would refer to it. It may be on the device or not.
  case ours(VersionIdentity, WrappedKey)
  /// Written down elsewhere: by the store of which this one is a copy, or before the machine was started anew. A key may have come of
  /// it that this store knows nothing of.
  case others(VersionIdentity)
}

/// What is written down of a key version before it is made on a device. `docs/formats.md` has the layout.
private struct StoredIntention {
  private static let formatVersion: UInt8 = 1
  private static let seatLength = 32
  private static let codeLength = 32
  let identity: VersionIdentity
  let reference: [UInt8]
  let seat: [UInt8]

  private var body: [UInt8] { [StoredIntention.formatVersion] + seat + identity.canonicalBytes + reference }

  private static func bound(_ body: [UInt8], in store: Bits128) -> [UInt8] {
    Array("claviger/device-intention/1".utf8) + store.bytes + body
  }

  init(_ identity: VersionIdentity, _ reference: [UInt8], seat: [UInt8]) {
    self.identity = identity
    self.reference = reference
    self.seat = seat
  }

  func bytes(by custody: SoftwareCustody) -> [UInt8] {
    body + custody.code(for: StoredIntention.bound(body, in: custody.store))
  }

  /// - Throws: `KMSError.corrupt(.keyMaterial)` for whatever this store's custody didn't write.
  init(_ bytes: [UInt8], by custody: SoftwareCustody) throws(KMSError) {
    let start = 1 + StoredIntention.seatLength
    let end = bytes.count - StoredIntention.codeLength
    guard end >= start + VersionIdentity.canonicalLength, bytes[0] == StoredIntention.formatVersion,
      custody.isValid(
        Array(bytes[end...]), for: StoredIntention.bound(Array(bytes[..<end]), in: custody.store)),
      let identity = VersionIdentity(canonicalBytes: bytes[start..<(start + VersionIdentity.canonicalLength)])
    else { throw .corrupt(.keyMaterial) }
    self.identity = identity
    seat = Array(bytes[1..<start])
    reference = Array(bytes[(start + VersionIdentity.canonicalLength)..<end])
  }
}

extension SoftwareCustody {
  /// Writes down what is about to be made. Without a book nothing is: a crash then leaves on the device what it leaves.
  func intend(_ identity: VersionIdentity, _ reference: [UInt8]) throws(KMSError) {
    guard let book = elsewhere.book else { return }
    let intention = StoredIntention(identity, reference, seat: book.seat)
    try book.pages.keep(DeviceIntention(version: identity.version, bytes: intention.bytes(by: self)))
  }

  /// What to make of an intention that an earlier server left. It blocks nobody, and asks the device nothing.
  /// - Throws: `KMSError.corrupt(.keyMaterial)` for whatever this store's custody didn't write for that version.
  package func left(_ intention: DeviceIntention) throws(KMSError) -> LeftIntention {
    let stored = try StoredIntention(intention.bytes, by: self)
    guard stored.identity.version == intention.version else { throw .corrupt(.keyMaterial) }
    guard let epoch = epochs.newest, stored.seat == elsewhere.book?.seat else {
      return .others(stored.identity)
    }
    let reference = StoredReference(reference: stored.reference, publicKey: [])
    return .ours(stored.identity, reference.wrapped(as: stored.identity, epoch, by: self))
  }
}
