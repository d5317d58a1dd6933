package import KMSDomain

/// Calls a function of PKCS#11 that touches no key and no random generator: whatever does is an operation of its own, with its own
/// right, beside this one.
package struct CallPKCS11: Operation {
  package let account: AccountID
  /// As PKCS#11 calls it.
  package let function: String

  package init(_ function: String, in account: AccountID) {
    self.account = account
    self.function = function
  }

  package let operation = "CallPKCS11"
  package var asked: Asked { Asked(.callPKCS11, named: "") }
  package var family: RequestFamily? { .objects }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "function", value: function)] }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.callPKCS11, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.callPKCS11, key: nil, version: nil)
    return Performed(())
  }
}
