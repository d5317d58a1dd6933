package import KMSDomain

/// The root key in its stored form. `docs/formats.md` has the layout.
package struct SealedRoot: Hashable, Sendable {
  package let kind: SealKind
  package let store: Bits128
  let cost: ScryptCost
  let salt: [UInt8]
  let nonce: [UInt8]
  /// The encrypted key and its tag.
  let sealed: [UInt8]

  static let magic = [UInt8]("claviger".utf8)
  static let formatVersion: UInt8 = 1
  static let saltLength = 32
  static let nonceLength = 12
  static let sealedLength = 48
  static let headerLength = magic.count + 5 + 16 + saltLength
  static let length = headerLength + nonceLength + sealedLength

  init(kind: SealKind, store: Bits128, cost: ScryptCost, salt: [UInt8], nonce: [UInt8], sealed: [UInt8]) {
    self.kind = kind
    self.store = store
    self.cost = cost
    self.salt = salt
    self.nonce = nonce
    self.sealed = sealed
  }

  /// - Throws: `SealError.malformed` for everything but exactly what `encoded` gives.
  package init(_ bytes: [UInt8]) throws(SealError) {
    let fields = SealedRoot.magic.count
    guard bytes.count == SealedRoot.length, bytes.starts(with: SealedRoot.magic),
      bytes[fields] == SealedRoot.formatVersion, let kind = SealKind(rawValue: bytes[fields + 1]),
      let cost = ScryptCost(logN: bytes[fields + 2], r: bytes[fields + 3], p: bytes[fields + 4]),
      let store = Bits128(bytes.span, at: fields + 5)
    else { throw .malformed }
    let nonceEnd = SealedRoot.headerLength + SealedRoot.nonceLength
    self.init(
      kind: kind, store: store, cost: cost, salt: Array(bytes[(fields + 21)..<SealedRoot.headerLength]),
      nonce: Array(bytes[SealedRoot.headerLength..<nonceEnd]), sealed: Array(bytes[nonceEnd...]))
  }

  /// For the file that holds it.
  package var encoded: [UInt8] {
    SealedRoot.header(kind: kind, store: store, cost: cost, salt: salt) + nonce + sealed
  }

  /// Everything ahead of the nonce: the associated data of the sealing.
  static func header(kind: SealKind, store: Bits128, cost: ScryptCost, salt: [UInt8]) -> [UInt8] {
    magic + [formatVersion, kind.rawValue, cost.logN, cost.r, cost.p] + store.bytes + salt
  }
}
