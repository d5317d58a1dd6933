package import KMSDomain

/// Why somebody may or may not do something to a key, as everything is now. Nothing is done to the key.
package struct ExplainPolicy: Operation {
  /// Who is thought to ask.
  package enum Principal: Sendable {
    /// A user, or the root of an account.
    case identity(IdentityName)
    /// A session of a role, begun without policies of its own.
    case session(IdentityName, name: String)

    fileprivate var identity: IdentityName {
      switch self {
      case .identity(let name), .session(let name, _): name
      }
    }
  }

  /// What is thought to be asked.
  package struct Question: Sendable {
    package let principal: Principal
    package let action: Action
    /// nil for what isn't done to a key.
    package let key: KeyReference?
    package let region: String
    package let context: EncryptionContext?
    /// What conditions are to find, by the names of their keys.
    package let assumed: AssumedContext

    package init(
      _ principal: Principal, _ action: Action, on key: KeyReference?, in region: String,
      context: EncryptionContext?, assumed: AssumedContext
    ) {
      self.principal = principal
      self.action = action
      self.key = key
      self.region = region
      self.context = context
      self.assumed = assumed
    }
  }

  package struct Answer: Sendable {
    /// What policies call the one who is thought to ask.
    package let principal: String
    package let resource: String
    package let explanation: Explanation
    /// The documents of the policies that were looked at.
    package let documents: [Explanation.Source: [UInt8]]
    /// Why the key couldn't be used so even by somebody who may; nil when it could.
    package let obstacle: KMSError?
  }

  package struct Prepared: Sendable {
    fileprivate let request: AccessRequest
    fileprivate let documents: [Explanation.Source: [UInt8]]
  }

  private let question: Question

  package init(_ question: Question) { self.question = question }

  package let operation = "ExplainPolicy"
  package var asked: Asked { Asked(.explainPolicy, named: question.principal.identity.text) }
  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "action", value: "\(question.action)")]
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.explainPolicy, on: .server, named: asked.named) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let record = try await desk.identity(question.principal.identity).present()
    let person = try await ExaminedPrincipal(record, desk)
    let caller = person.caller(in: sessionName, desk)
    var key: ProtectedKey?
    if let reference = question.key { key = try await desk.key(reference) }
    let demand = Demand(question.action, on: resource(key, of: person.record), named: "", facts: facts(key))
    let found = try await desk.docket(Demands(demand), caller).first
    var documents = person.documents
    documents[.key] = key?.record.policy
    return Prepared(
      request: AccessRequest(
        action: question.action, caller: caller, origin: origin, resource: demand.resource,
        facts: demand.facts, time: desk.clock.now(), grants: found.grants, aliases: found.aliases,
        assumed: question.assumed), documents: documents)
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.explainPolicy, key: nil, version: nil)
    let request = prepared.request
    return Performed(
      Answer(
        principal: request.caller.principal, resource: request.resource.name,
        explanation: PolicyEvaluator.explain(request, vocabulary: desk.vocabulary),
        documents: prepared.documents, obstacle: obstacle(request.resource, desk)))
  }

  private func obstacle(_ resource: ProtectedResource, _ desk: Desk) -> KMSError? {
    do throws(KMSError) {
      try Demand(question.action, on: resource, named: question.key?.asWritten ?? "").requireState(desk.clock)
      return nil
    } catch {
      return error
    }
  }
}

// MARK: - The request that is thought of

extension ExplainPolicy {
  private var sessionName: String? {
    switch question.principal {
    case .identity: nil
    case .session(_, let name): name
    }
  }

  private func resource(_ key: ProtectedKey?, of person: IdentityRecord) -> ProtectedResource {
    if let key { return .key(key) }
    return question.action == .createKey ? .newKey(account: person.account) : .account(person.account)
  }

  /// What requests of this kind bring with them.
  private func facts(_ key: ProtectedKey?) -> RequestFacts {
    var facts = RequestFacts()
    facts.encryptionContext = question.context
    if case .name(let name) = question.key?.target, name.space == .alias { facts.requestedAlias = name.text }
    let usage = question.action.usage
    if let key, key.record.spec == .aes256, usage == .encrypt || usage == .decrypt {
      facts.algorithm = .symmetric
    }
    return facts
  }

  /// From nowhere in particular: where that matters, somebody has to say from where.
  private var origin: RequestOrigin {
    RequestOrigin(
      id: RequestID(Bits128(high: 0, low: 0)), door: "", source: "", isEncrypted: true, userAgent: "",
      region: question.region)
  }
}
