import KMSDomain
import WireJSON

/// One statement of a policy document.
struct StatementCompiler {
  let kind: PolicyKind
  let text: PolicyText

  func compile(_ json: JSONValue, number: Int) throws(KMSError) -> Statement {
    let parts = try Parts(json)
    let effect = try effect(parts.effect)
    return Statement(
      label: try label(parts.sid, number), effect: effect, principals: try principals(parts),
      actions: try actions(parts), resources: try resources(parts),
      conditions: try ConditionGrammar(text: text).conditions(parts.condition))
  }

  private func label(_ json: JSONValue?, _ number: Int) throws(KMSError) -> String {
    guard let json else { return "#\(number)" }
    guard let sid = json.string else { throw .malformedPolicy(PolicyFault.syntax) }
    return sid.isEmpty ? "#\(number)" : sid
  }

  private func effect(_ json: JSONValue?) throws(KMSError) -> Statement.Effect {
    switch json?.string {
    case "Allow": return .allow
    case "Deny": return .deny
    default: throw .malformedPolicy(PolicyFault.syntax)
    }
  }

  private func principals(_ parts: Parts) throws(KMSError) -> PrincipalSet? {
    switch kind {
    case .identity, .session:
      guard parts.principal == nil else { throw .malformedPolicy(PolicyFault.principalInIdentityPolicy) }
      return nil
    case .key, .trust:
      guard let principal = parts.principal else { throw .malformedPolicy(PolicyFault.noPrincipal) }
      guard kind == .key || !principal.isInverted else {
        throw .malformedPolicy(PolicyFault.prohibited("NotPrincipal"))
      }
      return PrincipalSet(try PrincipalGrammar.members(principal.value), inverted: principal.isInverted)
    }
  }

  /// A key policy's statement without actions or resources is accepted and matches nothing.
  private func actions(_ parts: Parts) throws(KMSError) -> ActionSet {
    guard let element = parts.action else {
      guard kind == .key else { throw .malformedPolicy(PolicyFault.noActions) }
      return ActionSet()
    }
    let written = try PolicyValues.strings(element.value)
    if kind == .trust { try ActionGrammar.requireTrust(written, inverted: element.isInverted) }
    return try ActionGrammar.actions(written, inverted: element.isInverted)
  }

  private func resources(_ parts: Parts) throws(KMSError) -> ResourceSet {
    guard let element = parts.resource else {
      switch kind {
      case .key: return ResourceSet([])
      // What it is about is the role that has it.
      case .trust: return ResourceSet([Glob("*")])
      case .identity, .session: throw .malformedPolicy(PolicyFault.noResources)
      }
    }
    guard kind != .trust else {
      throw .malformedPolicy(PolicyFault.prohibited(element.isInverted ? "NotResource" : "Resource"))
    }
    var patterns: [Glob] = []
    var templates: [Template] = []
    let values = try PolicyValues.strings(element.value)
    try PolicyLimits.check(patterns: values)
    for written in values {
      guard written == "*" || written.utf8.starts(with: "arn:".utf8) else {
        throw .malformedPolicy(PolicyFault.resource(written))
      }
      switch text.pattern(ARN.inOurPartition(written)) {
      case .fixed(let pattern): patterns.append(Glob(pattern))
      case .varying(let template): templates.append(template)
      }
    }
    return ResourceSet(patterns, templates: templates, inverted: element.isInverted)
  }
}

extension StatementCompiler {
  /// An element that has a negated form; a statement has one of the two at most.
  struct Element {
    let value: JSONValue
    let isInverted: Bool
  }

  /// The elements of a statement by name; anything else is a syntax error.
  struct Parts {
    private(set) var sid: JSONValue?
    private(set) var effect: JSONValue?
    private(set) var principal: Element?
    private(set) var action: Element?
    private(set) var resource: Element?
    private(set) var condition: JSONValue?

    init(_ json: JSONValue) throws(KMSError) {
      guard json.kind == .object else { throw .malformedPolicy(PolicyFault.syntax) }
      for (name, value) in json.members {
        switch name {
        case "Sid": sid = value
        case "Effect": effect = value
        case "Condition": condition = value
        case "Principal": try Parts.set(&principal, value, isInverted: false)
        case "NotPrincipal": try Parts.set(&principal, value, isInverted: true)
        case "Action": try Parts.set(&action, value, isInverted: false)
        case "NotAction": try Parts.set(&action, value, isInverted: true)
        case "Resource": try Parts.set(&resource, value, isInverted: false)
        case "NotResource": try Parts.set(&resource, value, isInverted: true)
        default: throw .malformedPolicy(PolicyFault.syntax)
        }
      }
    }

    private static func set(_ slot: inout Element?, _ value: JSONValue, isInverted: Bool) throws(KMSError) {
      guard slot == nil else { throw .malformedPolicy(PolicyFault.syntax) }
      slot = Element(value: value, isInverted: isInverted)
    }
  }
}

/// Values that the language allows alone or in a list.
enum PolicyValues {
  /// A string or a list of strings.
  static func strings(_ json: JSONValue) throws(KMSError) -> [String] {
    var result: [String] = []
    for element in json.kind == .array ? json.elements : [json] {
      guard let text = element.string else { throw .malformedPolicy(PolicyFault.syntax) }
      result.append(text)
    }
    return result
  }

  /// The same, where numbers and truth values may stand without quotes. At least one.
  static func scalars(_ json: JSONValue) throws(KMSError) -> [String] {
    var result: [String] = []
    for element in json.kind == .array ? json.elements : [json] {
      let flag = element.bool.map { $0 ? "true" : "false" }
      guard let text = element.string ?? element.numberText ?? flag else {
        throw .malformedPolicy(PolicyFault.syntax)
      }
      result.append(text)
    }
    guard !result.isEmpty else { throw .malformedPolicy(PolicyFault.syntax) }
    return result
  }
}
