import KMSDomain
import KMSSecrets

/// What travels between the two halves of an import; `docs/formats.md` has the layout. The private half of the import key is
/// sealed in it, bound to everything else that it says, to the key and to the store.
struct ImportToken {
  static let formatVersion: UInt8 = 1
  static let headerLength = 15

  let epoch: EpochID
  let algorithm: ImportAlgorithm
  let importKey: ImportKeySpec
  let expiry: Instant
  /// Empty before it is sealed.
  var blob: [UInt8] = []

  init(epoch: EpochID, algorithm: ImportAlgorithm, importKey: ImportKeySpec, expiry: Instant) {
    self.epoch = epoch
    self.algorithm = algorithm
    self.importKey = importKey
    self.expiry = expiry
  }

  /// Nothing is proved before the blob opens.
  /// - Returns: nil when the bytes can't be a token.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > ImportToken.headerLength, bytes[0] == ImportToken.formatVersion,
      let algorithm = ImportAlgorithm(rawValue: bytes[5]), let importKey = ImportKeySpec(rawValue: bytes[6])
    else { return nil }
    epoch = EpochID(bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) })
    self.algorithm = algorithm
    self.importKey = importKey
    let moment = bytes[7..<15].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    expiry = Instant(milliseconds: Int64(bitPattern: moment))
    blob = Array(bytes[ImportToken.headerLength...])
  }

  private var header: [UInt8] {
    let moment = UInt64(bitPattern: expiry.milliseconds)
    var bytes = [ImportToken.formatVersion] + BlobIdentity.bigEndian(epoch.number)
    bytes += [algorithm.rawValue, importKey.rawValue]
    bytes += stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: moment >> $0) }
    return bytes
  }

  var bytes: [UInt8] { header + blob }

  /// The associated data of the blob.
  func identity(of key: KeyID, _ spec: KeySpec, in store: Bits128) -> [UInt8] {
    Array("claviger/import/1".utf8) + store.bytes + key.bits.bytes + [spec.rawValue] + header
  }
}
