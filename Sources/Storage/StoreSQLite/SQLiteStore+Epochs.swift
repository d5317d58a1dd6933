import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore {
  package func epochs() async throws(KMSError) -> [EpochRecord] { try await all(.epochs, [], Records.epoch) }

  package func sealNote() async throws(KMSError) -> Authenticated<SealNote>? {
    try await one(.sealNote, []) { row, _ in try Records.sealNote(row) }
  }

  package func retiredEpochs() async throws(KMSError) -> [RetiredEpoch] {
    try await all(.retiredEpochs, [0], Records.retiredEpoch)
  }

  package func erasure() async throws(KMSError) -> ErasureState {
    guard let state = try await one(.erasure, [], { row, _ in try Records.erasure(row) }) else {
      throw .corrupt(.epoch)
    }
    return state
  }

  package func wrapped(under epoch: EpochID) async throws(KMSError) -> WrappedCount {
    WrappedCount(
      materials: try await count(.materialsOfEpoch, epoch),
      accessKeys: try await count(.accessKeysOfEpoch, epoch),
      keyStores: try await count(.keyStoresOfEpoch, epoch),
      tokenKeys: try await count(.tokenKeysOfEpoch, epoch))
  }

  private func count(_ query: Queries, _ epoch: EpochID) async throws(KMSError) -> Int {
    try await one(query, [Int64(epoch.number)]) { row, _ in try Columns(row, kind: .epoch).number(0) } ?? 0
  }

  package func wrapped(
    under epoch: EpochID, of kind: WrappedKind, after marker: [UInt8], limit: Int
  ) async throws(KMSError) -> WrappedPage {
    switch kind {
    case .keys:
      let start = marker.reduce(Int64(0)) { $0 << 8 | Int64($1) }
      return try await page(.keysUnderEpoch, epoch, start, limit) { row, db in
        .key(try Records.key(row, in: db))
      } place: { row in
        let number = UInt64(bitPattern: try Columns(row, kind: .keyRecord).integer(0))
        return stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
      }
    case .accessKeys:
      return try await page(.accessKeysUnderEpoch, epoch, Data(marker), limit) { row, _ in
        .accessKey(try Records.accessKey(row))
      } place: {
        try Columns($0, kind: .accessKey).bytes(0)
      }
    case .customKeyStores:
      return try await page(.keyStoresUnderEpoch, epoch, Data(marker), limit) { row, _ in
        .keyStore(try Records.placedKeyStore(row))
      } place: {
        try Columns($0, kind: .customKeyStore).bytes(0)
      }
    case .tokenKeys:
      return try await page(.tokenKeysUnderEpoch, epoch, Data(marker), limit) { row, _ in
        .tokenKey(try Records.tokenKey(row))
      } place: {
        try Columns($0, kind: .tokenKey).bytes(0)
      }
    }
  }

  /// One damaged row doesn't keep the others from being read.
  private func page(
    _ query: Queries, _ epoch: EpochID, _ marker: any DatabaseValueConvertible & Sendable, _ limit: Int,
    _ decode: @escaping @Sendable (Row, Database) throws -> WrappedRecord,
    place: @escaping @Sendable (Row) throws -> [UInt8]
  ) async throws(KMSError) -> WrappedPage {
    try await read { db in
      let statement = try db.cachedStatement(sql: query.sql)
      let rows = try Row.fetchAll(statement, arguments: [Int64(epoch.number), marker, max(0, limit)])
      var records: [WrappedRecord] = []
      for row in rows {
        do {
          records.append(try decode(row, db))
        } catch is KMSError {
          continue
        }
      }
      let isLast = rows.count < limit
      return WrappedPage(
        records: records, damaged: rows.count - records.count, next: isLast ? nil : try rows.last.map(place))
    }
  }
}
