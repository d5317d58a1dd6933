import AdminAPI
import KMSDomain
import KMSEngine

extension AdminCall {
  func explainPolicy(_ wanted: PolicyQuestion) async throws -> PolicyExplanation {
    let operation = "ExplainPolicy"
    let account = try await account(wanted.account, operation)
    let region = wanted.region ?? desk.connection().region
    guard let action = desk.words.action(wanted.action) else {
      throw try await refuse(
        .invalidRequest("\(wanted.action) is no action of policies here; an example is kms:Decrypt"),
        operation: operation)
    }
    var keys: [KeyReference] = []
    if let key = wanted.key { keys = try await references([key], of: account, in: region, operation) }
    let context = try await context(wanted.context, operation)
    let assumed = try await assumed(wanted.conditions, operation)
    let candidates = desk.words.principals(wanted.principal, of: account)
    var absence: KMSError?
    for candidate in candidates {
      let question = ExplainPolicy.Question(
        ExplainPolicy.Principal(candidate), action, on: keys.first, in: region, context: context,
        assumed: assumed)
      switch await outcome(of: question) {
      case .success(let answer): return ExplanationText(answer, action, desk.words).explanation
      case .failure(let error):
        guard case .identity(.notFound) = error else { throw error }
        absence = absence ?? error
      }
    }
    if let absence { throw absence }
    throw try await refuse(
      .invalidRequest("\(wanted.principal) is no name or ARN of a user, a role or a root"),
      operation: operation)
  }

  private func outcome(of question: ExplainPolicy.Question) async -> Result<ExplainPolicy.Answer, KMSError> {
    do throws(KMSError) {
      return .success(try await run(ExplainPolicy(question)))
    } catch {
      return .failure(error)
    }
  }

  private func context(
    _ pairs: [String: String], _ operation: String
  ) async throws -> EncryptionContext? {
    guard !pairs.isEmpty else { return nil }
    guard let context = EncryptionContext(pairs.map { .init(name: $0.key, value: $0.value) }) else {
      throw try await refuse(.invalidRequest("that can't be an encryption context"), operation: operation)
    }
    return context
  }

  /// What isn't said is open: conditions find nothing there.
  private func assumed(
    _ conditions: [String: [String]], _ operation: String
  ) async throws -> AssumedContext {
    var values: [String: [String]] = [:]
    for key in desk.words.openConditionKeys { values[key] = [] }
    for (name, given) in conditions {
      guard let key = desk.words.conditionKey(name) else {
        throw try await refuse(
          .invalidRequest("\(name) is no condition key; an example is aws:SourceIp"), operation: operation)
      }
      values[key] = given
    }
    return AssumedContext(values)
  }
}

extension ExplainPolicy.Principal {
  fileprivate init(_ named: NamedPrincipal) {
    switch named {
    case .identity(let name): self = .identity(name)
    case .session(let role, let name): self = .session(role, name: name)
    }
  }
}
