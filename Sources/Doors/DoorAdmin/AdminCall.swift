import AdminAPI
import FoundationEssentials
import Hummingbird
package import KMSDomain
import KMSEngine

/// One request of the owner.
struct AdminCall {
  let desk: AdminDesk
  let origin: RequestOrigin

  init(_ desk: AdminDesk, from origin: RequestOrigin) {
    self.desk = desk
    self.origin = origin
  }

  func status() async throws -> StatusReport {
    let facts = try await desk.engine.run(ReadStatus(), as: desk.owner, from: origin)
    return await desk.status.report(facts)
  }

  func advanceClock(_ request: Request) async throws -> ClockReading {
    let development = try await requireDevelopment("AdvanceClock")
    let wanted: ClockAdvance = try await decode(request, operation: "AdvanceClock")
    guard (1...ClockAdvance.mostSeconds).contains(wanted.seconds) else {
      throw try await refuse(
        .invalidRequest("seconds is from 1 to \(ClockAdvance.mostSeconds)"), operation: "AdvanceClock")
    }
    let now = try await desk.engine.run(
      KMSEngine.AdvanceClock(development.clock, seconds: wanted.seconds), as: desk.owner, from: origin)
    let done = try await development.catchUp()
    return ClockReading(
      now: now.rfc3339, destroyedKeys: done.destroyedKeys, rotatedKeys: done.rotatedKeys,
      expiredKeys: done.expiredKeys)
  }

  func issueAccessKey() async throws -> IssuedAccessKey {
    let development = try await requireDevelopment("IssueAccessKey")
    let fresh = development.newAccessKey()
    let letters = Array(fresh.secretAccessKey.utf8)
    guard
      let secret = Payload(
        count: letters.count,
        fill: { room in
          for index in letters.indices { room[index] = letters[index] }
          return true
        })
    else { throw KMSError.custodyUnavailable }
    let operation = IssueAccessKey(
      fresh.accessKeyID, secret: secret, for: development.principal, vault: development.vault)
    try await run(operation)
    return fresh
  }

  /// For the answer, which is the only place where the secret is told.
  func issued(_ key: AccessKeyRecord, _ secret: Payload) throws(KMSError) -> IssuedAccessKey {
    let text = secret.readOnce { letters in
      String(decoding: letters.indices.map { letters[$0] }, as: UTF8.self)
    }
    guard let text else { throw .custodyUnavailable }
    return IssuedAccessKey(accessKeyID: key.id, secretAccessKey: text)
  }

  func run<Op: Operation>(_ operation: Op) async throws(KMSError) -> Op.Answer {
    try await desk.engine.run(operation, as: desk.owner, from: origin)
  }

  /// Records a refusal and returns it for throwing.
  func refuse(_ refusal: AdminRefusal, operation: String) async throws(KMSError) -> AdminRefusal {
    try await desk.engine.reject(refusal.fault.code, operation: operation, as: nil, from: origin)
    return refusal
  }

  private func requireDevelopment(_ operation: String) async throws -> AdminDesk.Development {
    guard let development = desk.development else {
      throw try await refuse(.developmentOnly, operation: operation)
    }
    return development
  }

  func decode<Body: Decodable>(_ request: Request, operation: String) async throws -> Body {
    do {
      let body = try await request.body.collect(upTo: AdminAPI.longestBody)
      return try JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
    } catch {
      throw try await refuse(.invalidRequest("the body is not what this path expects"), operation: operation)
    }
  }
}

extension Instant {
  /// RFC 3339 in UTC, in whole seconds.
  package var rfc3339: String {
    Date(timeIntervalSince1970: Double(milliseconds / 1000)).ISO8601Format()
  }
}
