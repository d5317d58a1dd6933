package import KMSDomain

/// What an encoded message of a refusal says. No operation of this server gives such messages, as none of AWS's operations of the
/// same names does: so nothing that is brought here is one.
package struct DecodeAuthorizationMessage: Operation {
  private let account: AccountID

  package init(account: AccountID) { self.account = account }

  package let operation = "DecodeAuthorizationMessage"
  package var asked: Asked { Asked(.decodeAuthorizationMessage, named: "") }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.decodeAuthorizationMessage, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<String> {
    try permits.first.check(.decodeAuthorizationMessage, key: nil, version: nil)
    throw .session(.invalidMessage)
  }
}
