package import KMSDomain
import KMSEngine
import WireKMIP

/// An operation that can be answered at once where everything is warm. Both lanes read, work and write with the same functions.
protocol HotOperation: KMIPOperation {
  associatedtype Request: Sendable
  associatedtype Work: KMSEngine.Operation

  /// - Returns: nil for what isn't one request's work, or needs what other items yielded.
  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (Request, Work)?
  static func write(
    _ result: Result<Work.Answer, KMSError>, _ request: Request, _ work: Work, _ call: KMIPCall,
    into output: inout TTLVWriter
  ) throws(KMIPFault)

  /// Exists once for each operation, with its types.
  /// - Returns: nil for the ordinary lane: something is cold, or wrong with the request.
  static func attempt(_ message: HotMessage) -> KMIPAttempt?
}

extension HotOperation {
  static func attempt(_ message: HotMessage) -> KMIPAttempt? {
    let (call, engine) = (message.call, message.call.door.engine)
    // The ordinary lane finds the same fault, and records it.
    guard let (request, work) = (try? read(message.item.payload, call)) ?? nil else { return nil }
    let origin = call.origin()
    guard let settled = engine.attempt(work, as: call.caller, in: call.home.region, from: origin) else {
      return engine.isSlow(work) ? later(request, work, message, origin) : nil
    }
    let answer = message.answer(origin) { (output: inout TTLVWriter) throws(KMIPFault) in
      try write(settled.result.map { $0.answer }, request, work, call, into: &output)
    }
    return settled.isCounted ? .counted(answer) : .recorded(answer, settled.record)
  }

  private static func later(
    _ request: Request, _ work: Work, _ message: HotMessage, _ origin: RequestOrigin
  ) -> KMIPAttempt {
    let (door, caller, region) = (message.call.door, message.call.caller, message.call.home.region)
    let later = message.kept
    return .later { reply in
      door.engine.runSlowly(work, as: caller, in: region, from: origin) { result in
        let message = later.message
        reply(
          message.answer(origin) { (output: inout TTLVWriter) throws(KMIPFault) in
            try write(result, request, work, message.call, into: &output)
          })
      }
    }
  }
}

/// What the short way makes of a message.
package enum KMIPAttempt {
  /// The answer may leave once the record is written.
  case recorded([UInt8], AuditRecord)
  /// A refusal, one of many that share a record.
  case counted([UInt8])
  /// The work begins when it is called, off the event loop; it replies once, on any thread, after it was recorded.
  case later((_ reply: @escaping @Sendable ([UInt8]) -> Void) -> Void)
}
