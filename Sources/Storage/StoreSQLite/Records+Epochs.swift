import Foundation
import GRDB
import KMSDomain

extension Records {
  /// id, wrapped, created_at, wraps, recovery, erasure, seal, code
  static func epoch(_ row: Row) throws -> EpochRecord {
    let columns = Columns(row, kind: .epoch)
    return EpochRecord(
      id: EpochID(try columns.number(0)), wrapped: try columns.bytes(1),
      recovery: try columns.optionalBytes(4), createdAt: try columns.moment(2),
      wraps: UInt64(bitPattern: try columns.integer(3)), erasure: try columns.optionalBits(5),
      seal: UInt64(bitPattern: try columns.integer(6)), code: try columns.optionalBytes(7))
  }

  /// generation, file_code, code
  static func sealNote(_ row: Row) throws -> Authenticated<SealNote> {
    let columns = Columns(row, kind: .epoch)
    return Authenticated(
      SealNote(generation: UInt64(bitPattern: try columns.integer(0)), fileCode: try columns.bytes(1)),
      code: try columns.bytes(2))
  }

  /// id, wrapped, until, erasure
  static func retiredEpoch(_ row: Row) throws -> RetiredEpoch {
    let columns = Columns(row, kind: .epoch)
    return RetiredEpoch(
      id: EpochID(try columns.number(0)), wrapped: try columns.bytes(1), until: try columns.moment(2),
      erasure: try columns.optionalBits(3))
  }

  /// begun, begun_at, finished, finished_at, destroyed, destroying
  static func erasure(_ row: Row) throws -> ErasureState {
    let columns = Columns(row, kind: .epoch)
    func step(_ index: Int) throws(KMSError) -> ErasureState.Step? {
      guard let secret = try columns.optionalBits(index) else { return nil }
      return ErasureState.Step(secret: secret, at: try columns.moment(index + 1))
    }
    return ErasureState(
      begun: try step(0), finished: try step(2), destroyed: try columns.number(4),
      destroying: try columns.number(5))
  }

  /// A row of `customKeyStoreColumns` and, after them, the keyring.
  static func placedKeyStore(_ row: Row) throws -> Authenticated<CustomKeyStore> {
    let columns = Columns(row, kind: .customKeyStore)
    let keyring = Keyring(
      account: try columns.account(15), region: try columns.text(16), kind: try columns.choice(17))
    return try customKeyStore(row, in: keyring)
  }
}

extension Columns {
  func optionalBits(_ index: Int) throws(KMSError) -> Bits128? {
    try optionalBytes(index) == nil ? nil : try bits(index)
  }
}
