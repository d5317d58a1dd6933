import KMSDomain
import KMSEngine
import WireKMIP

/// The hash of the client's data (KMIP 2.1 section 6.1.24), all at once or in pieces.
struct HashOperation: HotOperation {
  static let code = KMIP.Operation.hash

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let request = try UseRequest(payload, call)
    switch request.part {
    case .whole:
      let work = try whole(request, call)
      try write(await call.outcome(of: work), request, work, call, into: &output)
    case .first:
      let function = try parameters(request).hashFunction()
      try await step(.begin(function), request, nil, call, into: &output)
    case .later(let value, let isLast):
      let open = try call.takeStream(value, of: code, key: nil, isLast: isLast)
      guard case .hash(let stream) = open.work else { throw .noStream }
      try await step(.goOn(stream, isLast: isLast), request, value, call, into: &output)
    }
  }

  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (UseRequest, HashData)? {
    let request = try UseRequest(payload, call)
    return request.part == .whole ? (request, try whole(request, call)) : nil
  }

  private static func whole(_ request: UseRequest, _ call: KMIPCall) throws(KMIPFault) -> HashData {
    HashData(
      try request.wholePayload(), by: try parameters(request).hashFunction(), in: call.home.account)
  }

  static func write(
    _ result: Result<[UInt8], KMSError>, _ request: UseRequest, _ work: HashData, _ call: KMIPCall,
    into output: inout TTLVWriter
  ) throws(KMIPFault) {
    switch result {
    case .success(let hash): write(hash, call, into: &output)
    case .failure(let error): throw KMIPFault(error)
    }
  }

  private static func write(_ hash: [UInt8], _ call: KMIPCall, into output: inout TTLVWriter) {
    call.outputs.deliver(hash.span, of: .hash, as: .data, into: &output)
  }

  private static func parameters(_ request: UseRequest) throws(KMIPFault) -> CryptographicParameters {
    guard let parameters = request.parameters else { throw .missing("The cryptographic parameters") }
    return parameters
  }

  private static func step(
    _ step: HashPieces.Step, _ request: UseRequest, _ value: [UInt8]?, _ call: KMIPCall,
    into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    switch try await call.run(HashPieces(step, request.payload, in: call.home.account)) {
    case .hash(let hash): write(hash, call, into: &output)
    case .open(let stream):
      let open = OpenStream(operation: code, key: nil, work: .hash(stream), code: nil)
      output.byteString(.correlationValue, try call.keep(open, as: value))
    }
  }
}
