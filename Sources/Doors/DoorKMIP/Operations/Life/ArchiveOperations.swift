import KMSDomain
import KMSEngine
import WireKMIP

/// Puts an object into the archive: nothing happens with it until it is recovered (KMIP 2.1 section 6.1.4).
struct ArchiveOperation: KMIPOperation {
  static let code = KMIP.Operation.archive

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let object = try await call.change(payload, KMIPCall.Change(operation: "Archive", action: .archiveObject))
    {
      (object) throws(KMIPFault) in
      try object.edited { change in change.dates.archive = object.now }
    }
    output.identifier(of: object)
  }
}

/// Brings an object back from the archive; one that isn't there stays as it is (KMIP 2.1 section 6.1.42).
struct RecoverOperation: KMIPOperation {
  static let code = KMIP.Operation.recover

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let change = KMIPCall.Change(operation: "Recover", action: .recoverObject, inArchive: true)
    let object = try await call.change(payload, change) { (object) throws(KMIPFault) in
      guard object.isArchived else { return nil }
      return try object.edited { change in change.dates.archive = nil }
    }
    output.identifier(of: object)
  }
}
