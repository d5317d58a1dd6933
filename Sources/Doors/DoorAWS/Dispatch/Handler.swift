import KMSBytes
import KMSDomain
import KMSEngine
import NetKit
import WireJSON

/// A body as an operation reads it, and the two ways to run it: the same decoding, work and encoding on both lanes.
protocol AWSHandler: Sendable {
  var name: String { get }
  /// - Throws: after the call was recorded.
  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> [UInt8]
  /// nil hands over to the ordinary lane: something is cold, or wrong with the request.
  func attempt(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) -> AttemptedAnswer?
}

/// What the fast lane can make of a request.
enum AttemptedAnswer {
  case recorded(RecordedAnswer)
  /// A refusal, one of many that share a record.
  case counted(WireResponse)
  /// Everything is warm and the work is slow: it is done off the event loop, where the call is also recorded.
  case slow((_ reply: @escaping @Sendable (WireResponse) -> Void) -> Void)
}

/// An answer and the record that must be written before it leaves.
struct RecordedAnswer {
  let response: WireResponse
  let record: AuditRecord
}

// The operations themselves are the handlers, so that these functions exist once for each operation, with its types.
extension AWSOperation {
  var name: String { Self.name }

  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> [UInt8] {
    let work: Work
    do throws(AWSError) {
      work = try decode(body, call)
    } catch {
      throw try await refuse(error, call, engine)
    }
    do throws(KMSError) {
      return encode(try await engine.run(work, as: call.caller, in: call.region, from: call.origin), call)
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  /// A request that can't be decoded counts like any other, and is recorded with its caller.
  /// - Returns: what the caller is told.
  func refuse(_ error: AWSError, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> AWSError {
    do throws(KMSError) {
      guard engine.admits(RequestFamily(operation: Self.name), of: call.caller, in: call.region) else {
        try await engine.throttle(unread: Self.name, of: call.caller, from: call.origin)
        return .throttled
      }
      try await engine.reject(error.type, operation: Self.name, as: call.caller, from: call.origin)
      return error
    } catch {
      throw AWSError(error)
    }
  }

  func attempt(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) -> AttemptedAnswer? {
    let work: Work
    do throws(AWSError) {
      work = try decode(body, call)
    } catch {
      return nil  // the ordinary lane finds the same fault and records it
    }
    guard let settled = engine.attempt(work, as: call.caller, in: call.region, from: call.origin) else {
      return engine.isSlow(work) ? .slow { later(work, call, engine, $0) } : nil
    }
    let response = response(settled.result.map { $0.answer }, call)
    return settled.isCounted
      ? .counted(response) : .recorded(RecordedAnswer(response: response, record: settled.record))
  }

  private func later(
    _ work: Work, _ call: AWSCall, _ engine: Engine, _ reply: @escaping @Sendable (WireResponse) -> Void
  ) {
    engine.runSlowly(work, as: call.caller, in: call.region, from: call.origin) { reply(response($0, call)) }
  }

  private func response(_ result: Result<Work.Answer, KMSError>, _ call: AWSCall) -> WireResponse {
    switch result {
    case .success(let answer): AWSResponse.success(encode(answer, call), call.origin.id)
    case .failure(let error): AWSResponse.failure(AWSError(error, in: call.keyring), call.origin.id)
    }
  }

  private func decode(_ body: WipedBytes, _ call: AWSCall) throws(AWSError) -> Work {
    try Self.decode(try root(of: body), call)
  }

  func root(of body: WipedBytes) throws(AWSError) -> JSONValue {
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(body, limits: AWSLimits.json)
    } catch {
      throw AWSError.serialization(error)
    }
    guard document.root.kind == .object else { throw AWSError.notAnObject }
    return document.root
  }

  func encode(_ answer: Work.Answer, _ call: AWSCall) -> [UInt8] {
    var output = JSONWriter(capacity: 512)
    Self.encode(answer, call, into: &output)
    return output.bytes
  }
}

extension RequestFamily {
  /// Of an operation that couldn't be decoded: where the algorithm decides, there is none yet, and the operation's usual one counts.
  fileprivate init?(operation: String) {
    // The one operation that takes two actions.
    let action = operation == "ReEncrypt" ? .reEncryptFrom : AWSVocabulary().action(named: "kms:" + operation)
    self.init(action ?? .describeKey)
  }
}
