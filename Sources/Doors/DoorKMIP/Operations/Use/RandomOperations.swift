import KMSDomain
import KMSEngine
import WireKMIP

/// Random bytes (KMIP 2.1 section 6.1.49).
struct RNGRetrieveOperation: HotOperation {
  static let code = KMIP.Operation.rngRetrieve
  static let deferral = Deferral.never
  /// Bytes for one request.
  static let most: Int32 = 1 << 16

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let work = try work(payload, call)
    try write(await call.outcome(of: work), (), work, call, into: &output)
  }

  static func read(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> (Void, GenerateRandom)? {
    ((), try work(payload, call))
  }

  private static func work(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> GenerateRandom {
    guard let length = payload[.dataLength]?.integer else { throw .missing("The data length") }
    guard length > 0, length <= most else {
      throw KMIPFault(.invalidField, "The data length isn't from 1 to \(most).")
    }
    return GenerateRandom(account: call.home.account, count: Int(length))
  }

  static func write(
    _ result: Result<Payload, KMSError>, _ request: Void, _ work: GenerateRandom, _ call: KMIPCall,
    into output: inout TTLVWriter
  ) throws(KMIPFault) {
    switch result {
    case .success(let bytes):
      bytes.readOnce { call.outputs.deliver($0, of: .rngRetrieve, as: .data, into: &output) }
    case .failure(let error): throw KMIPFault(error)
    }
  }
}

/// Bytes for the random generators (KMIP 2.1 section 6.1.50). All of them are used, and none is relied on.
struct RNGSeedOperation: KMIPOperation {
  static let code = KMIP.Operation.rngSeed
  static let deferral = Deferral.never

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let request = try UseRequest(payload, call)
    let seed = try request.wholePayload()
    try await call.run(SeedRandom(seed, in: call.home.account))
    output.integer(.dataLength, Int32(clamping: seed.count))
  }
}
