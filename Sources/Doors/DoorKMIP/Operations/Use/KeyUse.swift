import KMSDomain
import KMSEngine
import WireKMIP

/// An operation that uses a key's material, all at once or in pieces (KMIP 2.1 sections 6.1.11, 6.1.17, 6.1.32, 6.1.33, 6.1.55 and
/// 6.1.56).
protocol KeyUse: HotOperation where Request == UseRequest, Work == UseObject {
  /// The audit record's word for it.
  static var name: String { get }
  static var action: Action { get }
  /// What is done all at once; asked once for each attempt.
  static func use(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> ObjectUse
  static func begin(_ request: UseRequest, _ key: UsedKey) throws(KMIPFault) -> StreamStart
  /// Writes what came of all of it, or of a piece.
  static func write(
    _ yield: ObjectYield, _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) throws(KMIPFault)
  /// A failure that is an answer; nil for those that aren't.
  static func verdict(of error: KMSError) -> KMIP.ValidityIndicator?
}

extension KeyUse {
  static func verdict(of error: KMSError) -> KMIP.ValidityIndicator? { nil }

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let request = try UseRequest(payload, call)
    switch request.part {
    case .whole:
      let work = try whole(request, call)
      try write(await call.outcome(of: work), request, work, call, into: &output)
    case .first: try await runFirst(request, call, into: &output)
    case .later(let value, let isLast):
      try await runLater(request, value, isLast: isLast, call, into: &output)
    }
  }

  /// All of it at once, as the engine is asked for it.
  static func whole(_ request: UseRequest, _ call: KMIPCall) throws(KMIPFault) -> UseObject {
    UseObject(name, action, try request.reference(call)) { key throws(KMSError) in
      do throws(KMIPFault) {
        return try use(request, UsedKey(key))
      } catch {
        throw error.asError
      }
    }
  }

  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (UseRequest, UseObject)? {
    let request = try UseRequest(payload, call)
    return request.isSelfContained ? (request, try whole(request, call)) : nil
  }

  static func write(
    _ result: Result<UseObject.Answer, KMSError>, _ request: UseRequest, _ work: UseObject, _ call: KMIPCall,
    into output: inout TTLVWriter
  ) throws(KMIPFault) {
    switch result {
    case .success(let answer):
      output.text(.uniqueIdentifier, answer.key.record.identifier)
      try write(answer.yield, request, call, into: &output)
    case .failure(let error):
      guard let verdict = verdict(of: error) else { throw KMIPFault(error) }
      output.text(.uniqueIdentifier, work.key.asWritten)
      output.enumeration(verdict)
    }
  }
}
