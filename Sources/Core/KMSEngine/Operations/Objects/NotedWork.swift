package import KMSDomain

/// Something that a door does itself, once it is judged and recorded here: it touches no key, and nothing is stored.
package struct NotedWork: Operation {
  package let operation: String
  package let action: Action
  package let account: AccountID
  package let details: [AuditRecord.Detail]

  package init(
    _ operation: String, _ action: Action, in account: AccountID, details: [AuditRecord.Detail] = []
  ) {
    self.operation = operation
    self.action = action
    self.account = account
    self.details = details
  }

  package var asked: Asked { Asked(action, named: "") }
  package var family: RequestFamily? { .objects }
  package var demandBeforehand: Demand? { demand }

  private var demand: Demand { Demand(action, on: .account(account), named: "") }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands { Demands(demand) }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    return Performed(())
  }
}
