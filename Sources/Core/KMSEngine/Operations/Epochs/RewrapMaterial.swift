package import KMSDomain

/// Wraps one page of what an older epoch wrapped again under the newest, in one transaction.
///
/// Records that somebody changes meanwhile stay as they are and are found again by the next run. Damaged ones stay too, and
/// don't keep the others waiting.
package struct RewrapMaterial: Operation {
  package struct Page: Sendable {
    package let records: [WrappedRecord]
    /// Rows that can't be read.
    let damaged: Int
    let next: [UInt8]?
  }

  package struct Answer: Sendable {
    package let rewrapped: Int
    package let damaged: Int
    /// Where the next page begins; nil after the last.
    package let next: [UInt8]?
  }

  private let custody: any RewrapCustody
  private let epoch: EpochID
  private let kind: WrappedKind
  private let marker: [UInt8]
  /// Records in one transaction: others wait for it.
  private static let pageSize = 200

  package init(_ custody: any RewrapCustody, of epoch: EpochID, _ kind: WrappedKind, after marker: [UInt8]) {
    self.custody = custody
    self.epoch = epoch
    self.kind = kind
    self.marker = marker
  }

  package let operation = "RewrapMaterial"
  package var asked: Asked { Asked(.rewrapMaterial, named: "server") }
  package var details: [AuditRecord.Detail] {
    [
      AuditRecord.Detail(name: "epoch", value: String(epoch.number)),
      AuditRecord.Detail(name: "kind", value: kind.rawValue),
    ]
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page {
    let page = try await desk.store.wrapped(
      under: epoch, of: kind, after: marker, limit: RewrapMaterial.pageSize)
    return Page(records: page.records, damaged: page.damaged, next: page.next)
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Page, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.rewrapMaterial, on: .server, named: "server") }

  package func perform(
    _ prepared: Page, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    var changes: [StoreChange] = []
    var damaged = prepared.damaged
    for record in prepared.records {
      do throws(KMSError) {
        changes.append(.rewrap(try rewrapping(record, permits.first, desk)))
      } catch .corrupt(let kind) {
        damaged += 1
        desk.faults.record("can't be wrapped again: corrupt \(kind)", request: nil)
      }
    }
    return Performed(
      Answer(rewrapped: changes.count, damaged: damaged, next: prepared.next),
      change: changes.isEmpty ? nil : .together(changes),
      details: [
        AuditRecord.Detail(name: "rewrapped", value: String(changes.count)),
        AuditRecord.Detail(name: "damaged", value: String(damaged)),
      ])
  }

  private func rewrapping(
    _ stored: WrappedRecord, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> Rewrapping {
    switch stored {
    case .key(let key):
      let record = try desk.unseal(key, .keyRecord)
      var moved = try custody.rewrap(record, permit: permit)
      // Whoever holds the record as it was would write the old wrapping back.
      moved.generation &+= 1
      return .key(desk.seal(moved), expecting: record.generation)
    case .accessKey(let key):
      let record = try desk.unseal(key, .accessKey)
      return .accessKey(desk.seal(try custody.rewrap(record, permit: permit)), expecting: key.code)
    case .keyStore(let keyStore):
      let record = try desk.unseal(keyStore, .customKeyStore)
      var moved = try custody.rewrap(record, permit: permit)
      moved.generation &+= 1
      return .keyStore(desk.seal(moved), expecting: record.generation)
    case .tokenKey(let key):
      let record = try desk.unseal(key, .tokenKey)
      return .tokenKey(
        desk.seal(try custody.rewrap(record, permit: permit)), expecting: record.material)
    }
  }
}
