/// A line of the audit log, as a reader of the documented format sees it.
package struct LoggedRecord: Decodable, Sendable {
  package let id: String
  package let time: String
  package let request: String
  package let door: String?
  package let operation: String?
  package let who: Who?
  package let source: String?
  package let userAgent: String?
  package let tls: Bool
  package let demands: [Demand]?
  package let outcome: String
  package let code: String?
  package let count: Int?
  package let encryptionContext: [String: String]?
  package let details: [String: String]?

  package struct Who: Decodable, Sendable {
    package let account: String
    package let principal: String?
    package let principalId: String?
    package let credential: String?
  }

  package struct Demand: Decodable, Sendable {
    package let action: String
    package let named: String?
    package let resolved: String?
    package let key: String?
    package let version: String?
    package let decision: String?
    package let by: String?
    package let conditions: [String]?
  }
}
