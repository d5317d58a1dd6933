package import KMSDomain

/// Tries policies on requests that nobody makes. How they are tried is the door's, whose language they are in; this sees to
/// the right, and to the policies that somebody really carries.
package struct SimulatePolicies<Outcome: Sendable>: Operation {
  package struct Prepared: Sendable {
    fileprivate let found: FoundIdentity?
    fileprivate let principal: ExaminedPrincipal?
  }

  package let operation: String
  private let action: Action
  private let account: AccountID
  private let identity: IdentityName?
  private let simulate: @Sendable (ExaminedPrincipal?) throws(KMSError) -> Outcome

  /// Of policies that nobody carries.
  package init(
    in account: AccountID,
    _ simulate: @escaping @Sendable (ExaminedPrincipal?) throws(KMSError) -> Outcome
  ) {
    operation = "SimulateCustomPolicy"
    action = .simulateCustomPolicy
    self.account = account
    identity = nil
    self.simulate = simulate
  }

  /// Of the policies of a user, group or role, as they are now.
  package init(
    of identity: IdentityName,
    _ simulate: @escaping @Sendable (ExaminedPrincipal?) throws(KMSError) -> Outcome
  ) {
    operation = "SimulatePrincipalPolicy"
    action = .simulatePrincipalPolicy
    account = identity.account
    self.identity = identity
    self.simulate = simulate
  }

  package var asked: Asked { Asked(action, named: identity?.text ?? "") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let identity else { return Prepared(found: nil, principal: nil) }
    let found = try await desk.identity(identity)
    guard let record = found.record else { return Prepared(found: found, principal: nil) }
    return Prepared(found: found, principal: try await ExaminedPrincipal(record, desk))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let resource = prepared.found.map { ProtectedResource.identity($0.resource) } ?? .account(account)
    return Demands(Demand(action, on: resource, named: asked.named))
  }

  /// Nobody's event loop, nor a thread that others wait for, is to try policies.
  package func isSlow(_ prepared: Prepared) -> Bool { true }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Outcome> {
    try permits.first.check(action, key: nil, version: nil)
    if let found = prepared.found { _ = try found.present() }
    return Performed(try simulate(prepared.principal))
  }
}
