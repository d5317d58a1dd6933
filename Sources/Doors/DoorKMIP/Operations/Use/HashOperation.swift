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
      let step = HashPieces.Step.begin(try parameters(request).hashFunction())
      guard case .open(let stream) = try await call.run(pieces(step, request, call)) else { throw .noStream }
      output.byteString(.correlationValue, try call.open(opened(stream)))
    case .later(let value, let isLast):
      try await runLater(request, value, isLast: isLast, call, into: &output)
    }
  }

  private static func runLater(
    _ request: UseRequest, _ value: [UInt8], isLast: Bool, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let (open, place) = try call.borrowStream(value, of: code, key: nil)
    guard case .hash(let stream) = open.work else { throw .noStream }
    let result = await call.outcome(of: pieces(.goOn(stream, isLast: isLast), request, call))
    switch result {
    case .success(.hash(let hash)):
      call.giveBack(open, as: place, goesOn: false)
      write(hash, call, into: &output)
    case .success(.open):
      call.giveBack(open, as: place, goesOn: true)
      output.byteString(.correlationValue, value)
    case .failure(let error):
      call.giveBack(open, as: place, goesOn: false)
      throw KMIPFault(error)
    }
  }

  private static func pieces(_ step: HashPieces.Step, _ request: UseRequest, _ call: KMIPCall) -> HashPieces {
    HashPieces(step, request.payload, in: call.home.account)
  }

  private static func opened(_ stream: any SummingStream) -> OpenStream {
    OpenStream(operation: code, key: nil, work: .hash(stream), code: nil)
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
}
