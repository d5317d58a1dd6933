/// The operations of IAM and STS by their names, which are different in the two.
enum QueryCatalogue {
  static let all: [String: any QueryHandler] = {
    let handlers: [any QueryHandler] = identities + simulations + sessions
    return Dictionary(uniqueKeysWithValues: handlers.map { ($0.name, $0) })
  }()

  private static let identities: [any QueryHandler] = [
    CreateUserOperation(), GetUserOperation(), ListUsersOperation(), DeleteUserOperation(),
  ]

  private static let simulations: [any QueryHandler] = [
    SimulateCustomPolicyOperation(), SimulatePrincipalPolicyOperation(),
  ]

  private static let sessions: [any QueryHandler] = [GetCallerIdentityOperation()]
}
