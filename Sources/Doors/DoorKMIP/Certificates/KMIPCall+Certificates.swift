import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  /// A certificate, or a request for one, that is an object: the client needs the right to have it.
  /// - Throws: `invalidObjectType` for another object; as `OutputJudge`.
  func certificate(
    _ reference: KeyReference, for operation: String, _ action: Action = .getObject
  ) async throws(KMIPFault) -> (object: KMIPObject, bytes: [UInt8]) {
    let judge = OutputJudge(
      custody: door.engine.desk.custody, version: version, format: nil, wrapType: nil, compression: nil,
      isWrapping: false, isHiding: false, certificates: [])
    let now = now
    let work = ExportObject(
      operation, action, reference,
      choose: { key throws(KMSError) in
        try KMIPFault.passing { () throws(KMIPFault) in
          let object = KMIPObject(key, at: now)
          guard object.type == .certificate || object.type == .certificateRequest else {
            throw KMIPFault(.invalidObjectType, "The object isn't a certificate.")
          }
          return try judge.output(of: object).form
        }
      })
    let answer = try await run(work)
    guard case .encoded(let payload, _) = answer.material,
      let bytes = payload.readOnce({ [UInt8](copying: $0) })
    else { throw .noValue }
    return (KMIPObject(answer.key, at: now), bytes)
  }
}
