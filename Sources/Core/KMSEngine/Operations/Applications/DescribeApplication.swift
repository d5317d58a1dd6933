package import KMSDomain

/// Says what there is of an application. Secrets can't be told again.
package struct DescribeApplication: ApplicationWork {
  package typealias Answer = OwnedApplication
  package typealias Prepared = FoundApplication

  package let clientID: GUID
  package let account: AccountID

  package init(_ clientID: GUID, in account: AccountID) {
    self.clientID = clientID
    self.account = account
  }

  package let operation = "DescribeApplication"
  package let action = Action.describeApplication

  package func perform(
    _ prepared: FoundApplication, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<OwnedApplication> {
    try permits.first.check(action, key: nil, version: nil)
    return Performed(try prepared.present())
  }
}
