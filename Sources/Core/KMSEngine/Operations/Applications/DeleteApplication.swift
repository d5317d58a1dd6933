package import KMSDomain

/// Ends an application for good. Its owner stays.
package struct DeleteApplication: ApplicationWork {
  package typealias Answer = Void
  package typealias Prepared = FoundApplication

  package let clientID: GUID
  package let account: AccountID

  package init(_ clientID: GUID, in account: AccountID) {
    self.clientID = clientID
    self.account = account
  }

  package let operation = "DeleteApplication"
  package let action = Action.deleteApplication

  package func perform(
    _ prepared: FoundApplication, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let application = try prepared.present().application
    return Performed(
      (), change: .removeApplication(application.clientID, expecting: application.generation))
  }
}
