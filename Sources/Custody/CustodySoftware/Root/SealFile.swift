import KMSBytes
package import KMSDomain
import KMSSecrets

/// What the file `seal` of a data directory holds. `docs/formats.md` has the layouts.
///
/// Format 1 is one root under one seal, and the root is the store secret. Format 2 lists roots: the one that wraps the epochs,
/// beside it for a moment the one that it replaces, and the one that recovery shares open; each has a holder and wraps the
/// same store secret. A code under a key that is derived from the store secret vouches for the whole file. Format 3 is format 2
/// with a number that counts the store's seal files, which the database knows too: an older file is as genuine as the present one.
package struct SealFile: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let holder: SealHolder
    /// Under the holder's root; empty for the root of a store that began with format 1, which is the store secret.
    let storeSecret: [UInt8]
    /// The other root under this one, while one replaces the other; empty otherwise, and where it can't leave its device.
    var bequest: [UInt8] = []
  }

  static let magic = [UInt8]("claviger".utf8)
  static let firstVersion: UInt8 = 1
  static let secondVersion: UInt8 = 2
  static let thirdVersion: UInt8 = 3

  package let store: Bits128
  /// Newest first, recovery last.
  package let entries: [Entry]
  /// From 1 on, one more for each file that is written; 0 in formats 1 and 2.
  package let generation: UInt64
  /// Of formats 2 and 3.
  let code: [UInt8]

  /// The one or two roots of which one wraps the epochs.
  package var keepers: [Entry] { entries.filter { $0.holder.kind != .recovery } }
  package var recovery: Entry? { entries.first { $0.holder.kind == .recovery } }
  package var isFirstFormat: Bool { code.isEmpty }
  package var format: Int { isFirstFormat ? 1 : generation == 0 ? 2 : 3 }
  /// What the store is to know of it.
  package var note: SealNote { SealNote(generation: generation, fileCode: code) }
  /// Whether one root is about to replace another.
  package var isBetweenRoots: Bool { keepers.count > 1 }

  /// - Throws: `SealError.malformed` for everything but exactly what `encoded` gives.
  package init(_ bytes: [UInt8]) throws(SealError) {
    guard bytes.count > SealFile.magic.count, bytes.starts(with: SealFile.magic) else { throw .malformed }
    switch bytes[SealFile.magic.count] {
    case SealFile.firstVersion: try self.init(first: bytes)
    case SealFile.secondVersion, SealFile.thirdVersion: try self.init(listing: bytes)
    default: throw .malformed
    }
  }

  /// For the file that holds it.
  package var encoded: [UInt8] {
    guard isFirstFormat, let first = entries.first else {
      return SealFile.encoded(store, generation, entries) + code
    }
    return first.holder.binding(in: store) + first.holder.sealed
  }

  private init(store: Bits128, generation: UInt64, entries: [Entry], code: [UInt8]) {
    self.store = store
    self.generation = generation
    self.entries = entries
    self.code = code
  }
}

// MARK: - Format 1

extension SealFile {
  private init(first bytes: [UInt8]) throws(SealError) {
    let fields = SealFile.magic.count + 1
    let salt = fields + 1 + ScryptSealing.costLength + 16
    let sealed = salt + ScryptSealing.saltLength
    guard bytes.count == sealed + ScryptSealing.sealedLength, let kind = SealKind(rawValue: bytes[fields]),
      kind == .keyFile || kind == .passphrase, let store = Bits128(bytes.span, at: salt - 16)
    else { throw .malformed }
    let cost = Array(bytes[(fields + 1)..<(fields + 1 + ScryptSealing.costLength)])
    let holder = SealHolder(
      kind: kind, root: .first, parameters: cost + bytes[salt..<sealed], sealed: Array(bytes[sealed...]))
    guard ScryptSealing.cost(of: holder) != nil else { throw .malformed }
    self.init(store: store, generation: 0, entries: [Entry(holder: holder, storeSecret: [])], code: [])
  }
}

// MARK: - Formats 2 and 3

extension SealFile {
  static let codeLength = 32
  /// Roots in a file: two while one replaces the other, and that of recovery.
  private static let mostEntries = 3

  /// - Parameter secret: the store's.
  init(
    store: Bits128, generation: UInt64, entries: [Entry], vouchedBy secret: Secret
  ) throws(SealError) {
    let key = try SealFile.key(secret, store)
    do throws(CryptoFailure) {
      self.init(
        store: store, generation: generation, entries: entries,
        code: try key.code(for: SealFile.encoded(store, generation, entries).span))
    } catch {
      throw .cryptoUnavailable
    }
  }

  /// Whether the file is as its server wrote it.
  func isGenuine(_ secret: Secret) throws(SealError) -> Bool {
    guard !isFirstFormat else { return true }
    let key = try SealFile.key(secret, store)
    do throws(CryptoFailure) {
      return ConstantTime.equal(
        code, try key.code(for: SealFile.encoded(store, generation, entries).span))
    } catch {
      throw .cryptoUnavailable
    }
  }

  private static func key(_ secret: Secret, _ store: Bits128) throws(SealError) -> MACKey {
    do throws(CryptoFailure) {
      return try StoreKeys.sealFile(secret.bytes, store: store)
    } catch {
      throw .cryptoUnavailable
    }
  }

  private static func encoded(_ store: Bits128, _ generation: UInt64, _ entries: [Entry]) -> [UInt8] {
    var bytes = magic + [generation == 0 ? secondVersion : thirdVersion] + store.bytes
    if generation > 0 { bytes += BlobIdentity.bigEndian(generation) }
    bytes.append(UInt8(clamping: entries.count))
    for entry in entries {
      bytes += [entry.holder.kind.rawValue] + entry.holder.root.bits.bytes
      for field in [entry.holder.parameters, entry.holder.sealed, entry.storeSecret, entry.bequest] {
        bytes += BlobIdentity.bigEndian(UInt32(clamping: field.count)) + field
      }
    }
    return bytes
  }

  private init(listing bytes: [UInt8]) throws(SealError) {
    var reader = SealFileReader(bytes, from: SealFile.magic.count + 1)
    let store = try reader.bits128()
    var generation: UInt64 = 0
    if bytes[SealFile.magic.count] == SealFile.thirdVersion {
      generation = try reader.number()
      guard generation > 0 else { throw .malformed }
    }
    let count = Int(try reader.byte())
    guard (1...SealFile.mostEntries).contains(count) else { throw .malformed }
    var entries: [Entry] = []
    for _ in 0..<count {
      guard let kind = SealKind(rawValue: try reader.byte()) else { throw .malformed }
      let root = RootID(try reader.bits128())
      let (parameters, sealed) = (try reader.field(), try reader.field())
      let holder = SealHolder(kind: kind, root: root, parameters: parameters, sealed: sealed)
      let (secret, bequest) = (try reader.field(), try reader.field())
      entries.append(Entry(holder: holder, storeSecret: secret, bequest: bequest))
    }
    self.init(
      store: store, generation: generation, entries: entries, code: try reader.rest(SealFile.codeLength))
    guard (1...2).contains(keepers.count), entries.count - keepers.count <= 1,
      Set(entries.map(\.holder.root)).count == entries.count
    else { throw .malformed }
  }
}

/// Takes a seal file apart, and refuses what is cut off or too long.
private struct SealFileReader {
  /// Longest field, in bytes: a private key of 3072 bits takes some 1,800.
  private static let longestField = 8192
  private let bytes: [UInt8]
  private var at: Int

  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    at = start
  }

  mutating func byte() throws(SealError) -> UInt8 { try take(1)[0] }

  mutating func bits128() throws(SealError) -> Bits128 {
    let bytes = try take(16)
    guard let bits = Bits128(bytes.span, at: 0) else { throw .malformed }
    return bits
  }

  mutating func number() throws(SealError) -> UInt64 { try take(8).reduce(0) { $0 << 8 | UInt64($1) } }

  mutating func field() throws(SealError) -> [UInt8] {
    let count = try take(4).reduce(0) { $0 << 8 | Int($1) }
    guard count <= SealFileReader.longestField else { throw .malformed }
    return try take(count)
  }

  /// What is left, which must be so long.
  mutating func rest(_ count: Int) throws(SealError) -> [UInt8] {
    let rest = try take(count)
    guard at == bytes.count else { throw .malformed }
    return rest
  }

  private mutating func take(_ count: Int) throws(SealError) -> [UInt8] {
    guard count <= bytes.count - at else { throw .malformed }
    defer { at += count }
    return Array(bytes[at..<(at + count)])
  }
}
