import KMSDomain
import KMSEngine

/// Part of the results of a simulation.
struct SimulationPage: Sendable {
  let results: [Simulation.Result]
  /// nil at the end.
  let next: String?
}

/// A simulation from its request to its results. Only the part that is asked for is worked out, and of that as much as one page
/// may take.
struct SimulationRun: Sendable {
  private let input: SimulationInput
  private let account: AccountID
  private let given: [SimulatedPolicy]
  private let boundary: SimulatedPolicy?
  private let resourcePolicy: SimulatedPolicy?

  /// - Parameter account: whose the caller is, where the request doesn't say.
  /// - Throws: `InvalidInput` for documents that are no policies.
  init(_ input: SimulationInput, in account: AccountID) throws(AWSError) {
    self.input = input
    self.account = account
    do throws(KMSError) {
      var given: [SimulatedPolicy] = []
      for (index, document) in input.policies.enumerated() {
        given.append(try SimulatedPolicy(Array(document.utf8), source: "PolicyInputList.\(index + 1)"))
      }
      self.given = given
      boundary = try input.boundary.map { (document: String) throws(KMSError) in
        try SimulatedPolicy(Array(document.utf8), source: "PermissionsBoundaryPolicyInputList.1")
      }
      resourcePolicy = try input.resourcePolicy.map { (document: String) throws(KMSError) in
        try SimulatedPolicy(Array(document.utf8), source: "ResourcePolicy", as: .key)
      }
    } catch {
      throw .invalidSimulation(AWSError(error).message ?? "")
    }
  }

  /// - Parameter principal: whose policies are tried beside those given.
  /// - Throws: `malformedPolicy` when a stored policy is one that this version can't read.
  func page(_ principal: ExaminedPrincipal?) throws(KMSError) -> SimulationPage {
    let simulation = try simulation(principal)
    let resources = input.resources.count
    let (count, overflow) = input.actions.count.multipliedReportingOverflow(by: resources)
    guard !overflow, input.start < count else { return SimulationPage(results: [], next: nil) }
    // Both are small: the marker comes from outside, and is less than the count.
    let end = min(count, input.start + input.limit)
    var (next, work) = (input.start, 0)
    var results: [Simulation.Result] = []
    while next < end, work < SimulationLimits.work {
      let result = simulation.result(
        input.actions[next / resources], on: input.resources[next % resources])
      work += simulation.size + result.work
      results.append(result)
      next += 1
    }
    return SimulationPage(results: results, next: next < count ? String(next) : nil)
  }

  private func simulation(_ principal: ExaminedPrincipal?) throws(KMSError) -> Simulation {
    let caller = input.caller ?? (principal?.record.kind == .group ? nil : principal?.name)
    let callerAccount = caller.flatMap { ARN($0) }.flatMap { AccountID(String($0.account)) }
    let account = callerAccount ?? account
    var carried: [SimulatedPolicy] = []
    for policy in principal?.policies ?? [] {
      carried.append(try SimulatedPolicy(policy.document, source: SimulationRun.name(policy)))
    }
    var limit = boundary
    if limit == nil, let carriedLimit = principal?.boundary {
      limit = try SimulatedPolicy(carriedLimit.document, source: SimulationRun.name(carriedLimit))
    }
    return Simulation(
      identity: carried + given, boundary: limit, resourcePolicy: resourcePolicy, caller: caller ?? "",
      account: account, resourceOwner: input.resourceOwner ?? account, context: input.context)
  }

  /// A policy that stands by itself goes by its name alone.
  private static func name(_ policy: LoadedPolicy) -> String {
    switch policy.source {
    case .inline: policy.attached.name
    case .standing: policy.attached.name.split(separator: "/").last.map(String.init) ?? policy.attached.name
    }
  }
}
