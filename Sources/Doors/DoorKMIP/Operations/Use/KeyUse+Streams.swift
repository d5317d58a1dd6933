import KMSDomain
import KMSEngine
import WireKMIP

// Work in pieces: the first opens a stream, each later one takes it out and puts it back, the last one doesn't.
extension KeyUse {
  static func runFirst(
    _ request: UseRequest, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let work = UseObject(name, action, try request.reference(call)) { key throws(KMSError) in
      do throws(KMIPFault) {
        return .begin(try begin(request, UsedKey(key)), request.payload)
      } catch {
        throw error.asError
      }
    }
    let answer = try await call.run(work)
    guard case .stream(let stream, let yield) = answer.yield else { throw .noStream }
    let identifier = answer.key.record.identifier
    let value = try call.open(
      OpenStream(operation: code, key: identifier, work: .use(stream), code: request.code))
    output.text(.uniqueIdentifier, identifier)
    try write(yield, request, call, into: &output)
    if case .enciphering(let ciphering) = stream, request.iv == nil, let iv = ciphering.iv {
      output.byteString(.ivCounterNonce, iv)
    }
    output.byteString(.correlationValue, value)
  }

  static func runLater(
    _ request: UseRequest, _ value: [UInt8], isLast: Bool, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let (open, place) = try call.borrowStream(value, of: code, key: try request.identifier(call))
    guard case .use(let stream) = open.work, let key = open.key else { throw .noStream }
    let work = UseObject(name, action, call.reference(key), memo: UseMemo()) { _ in
      .goOn(stream, request.payload, isLast: isLast, tag: request.code ?? open.code)
    }
    let result = await call.outcome(of: work)
    call.giveBack(open, as: place, goesOn: !isLast && (try? result.get()) != nil)
    try write(result, request, work, call, into: &output)
    if !isLast { output.byteString(.correlationValue, value) }
  }
}
