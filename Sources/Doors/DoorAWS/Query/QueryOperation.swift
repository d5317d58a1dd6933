import KMSBytes
import KMSDomain
import KMSEngine
import NetKit
import WireJSON

/// A body as an operation of the Query protocol reads it.
protocol QueryHandler: Sendable {
  static var name: String { get }
  static var service: QueryService { get }
  /// - Throws: after the call was recorded.
  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> WireResponse
}

extension QueryHandler {
  var name: String { Self.name }
  var service: QueryService { Self.service }
}

/// One operation of IAM or STS: reads the request, says what the engine must do, writes the answer.
protocol QueryOperation: QueryHandler {
  associatedtype Work: Operation

  /// - Parameter input: the parameters as `FormBody.json` puts them together.
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> Work
  /// Writes the content of the result element.
  static func encode(_ answer: Work.Answer, _ call: AWSCall, into xml: inout XMLWriter)
}

/// An operation whose answer is that it was done.
protocol SilentQueryOperation: QueryOperation {}

extension SilentQueryOperation {
  static func encode(_ answer: Work.Answer, _ call: AWSCall, into xml: inout XMLWriter) {}
}

extension QueryOperation {
  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> WireResponse {
    try await count(call, engine)
    let work: Work
    do throws(AWSError) {
      guard let document = FormBody(body).json(limits: AWSLimits.json) else { throw .malformedQuery }
      work = try Self.decode(document.root, call)
    } catch {
      try await refuse(error, call, engine)
      throw error
    }
    do throws(KMSError) {
      let answer = try await engine.runAdmitted(work, call.caller, call.origin)
      if Self.self is any SilentQueryOperation.Type {
        return QueryResponse.success(Self.name, nil, Self.service, call.origin.id)
      }
      var xml = XMLWriter()
      Self.encode(answer, call, into: &xml)
      return QueryResponse.success(Self.name, xml, Self.service, call.origin.id)
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  /// Documents and lists are costly to read, so a request counts before anybody does.
  /// - Throws: after the request was recorded as refused.
  private func count(_ call: AWSCall, _ engine: Engine) async throws(AWSError) {
    guard !engine.admits(Self.service.family, of: call.caller, in: call.region) else { return }
    do throws(KMSError) {
      try await engine.throttle(unread: Self.name, of: call.caller, from: call.origin)
    } catch {
      throw AWSError(error)
    }
    throw .throttled
  }

  /// A request that can't be decoded is recorded with its caller.
  private func refuse(_ error: AWSError, _ call: AWSCall, _ engine: Engine) async throws(AWSError) {
    do throws(KMSError) {
      try await engine.reject(error.type, operation: Self.name, as: call.caller, from: call.origin)
    } catch {
      throw AWSError(error)
    }
  }
}

extension AWSError {
  static let malformedQuery = AWSError("MalformedQueryString", "The query string contains a syntax error.")
}

extension ReceivedRequest {
  /// What is told to somebody who asks for an operation that isn't there: in the Query protocol with its name.
  var unknownOperation: AWSError {
    guard isQuery else { return .unknownOperation }
    let form = FormBody(body)
    guard let action = form.value("Action") else { return .unknownOperation }
    let version = form.value("Version") ?? "NO_VERSION_SPECIFIED"
    return AWSError(
      AWSError.unknownOperation.type,
      "Could not find operation \(AWSError.quoted(action)) for version \(AWSError.quoted(version))")
  }
}
