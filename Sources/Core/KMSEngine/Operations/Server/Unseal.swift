package import KMSDomain

/// Writes down that people, or another machine, opened the seal. It was done before there was a log to write to, and by what
/// they brought, not by a right: so the server itself says it, once it can.
package struct Unseal: Operation {
  package typealias Prepared = Void

  private let kind: String

  /// - Parameter kind: of the seal.
  package init(_ kind: String) { self.kind = kind }

  package let operation = "Unseal"
  package var asked: Asked { Asked(.unseal, named: "server") }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "seal", value: kind)] }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.unseal, on: .server, named: "server"))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Bool> {
    try permits.first.check(.unseal, key: nil, version: nil)
    return Performed(true)
  }
}

extension Engine {
  /// See `Unseal`.
  package func recordUnsealing(_ kind: String) async throws(KMSError) {
    _ = try await runAsSystem(Unseal(kind), job: "start")
  }
}
