import KMSDomain
import WireJSON

/// What both simulations ask.
struct SimulationInput: Sendable {
  let policies: [String]
  let boundary: String?
  let resourcePolicy: String?
  let resourceOwner: AccountID?
  let caller: String?
  let actions: [String]
  let resources: [String]
  let context: [String: [String]]
  /// The first result of this part.
  let start: Int
  let limit: Int

  init(_ input: inout Input) throws(AWSError) {
    // Left aside, each would make the results those of another question.
    for name in ["PolicyExclusionList", "OrderedOrganizationPolicyInputList"] where input.has(name) {
      input.refuse(.invalidSimulation("\(name) is not supported."))
    }
    policies = try input.texts("PolicyInputList", SimulationLimits.documents, .simulatedPolicy) ?? []
    let boundaries =
      try input.texts("PermissionsBoundaryPolicyInputList", SimulationLimits.documents, .simulatedPolicy)
      ?? []
    if boundaries.count > 1 { input.refuse(.invalidSimulation("Only one permissions boundary is possible.")) }
    boundary = boundaries.first
    resourcePolicy = try input.text("ResourcePolicy", .simulatedPolicy)
    caller = try input.text("CallerArn", .simulatedResource)
    resourceOwner = try SimulationInput.owner(&input)
    actions = try SimulationInput.actions(&input)
    let resources = try input.texts("ResourceArns", 0...Int.max, .simulatedResource) ?? []
    self.resources = resources.isEmpty ? ["*"] : resources
    context = try SimulationInput.context(&input)
    limit = try input.integer("MaxItems", 1...1000) ?? 100
    let marker = try input.text("Marker", .queryMarker)
    start = marker.flatMap { Int($0) } ?? 0
    if start < 0 || (marker != nil && start == 0) {
      input.refuse(.invalidSimulation("Invalid Marker."))
    }
  }

  private static func actions(_ input: inout Input) throws(AWSError) -> [String] {
    if !input.has("ActionNames") { input.missing("actionNames") }
    let actions = try input.texts("ActionNames", 0...Int.max, .simulatedAction) ?? []
    for action in actions where !isAction(action) {
      input.refuse(.invalidSimulation("Invalid Action Name: \(AWSError.quoted(action))"))
    }
    return actions
  }

  /// A service, a colon and a name without wildcards.
  private static func isAction(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.utf8.contains(UInt8(ascii: "*"))
      && !text.utf8.contains(UInt8(ascii: "?"))
  }

  private static func owner(_ input: inout Input) throws(AWSError) -> AccountID? {
    guard let text = try input.text("ResourceOwner", .simulatedResource) else { return nil }
    if let account = AccountID(text) ?? ARN(text).flatMap({ AccountID(String($0.account)) }) {
      return account
    }
    input.refuse(.invalidSimulation("Invalid Resource Owner: \(AWSError.quoted(text))"))
    return nil
  }

  private static func context(_ input: inout Input) throws(AWSError) -> [String: [String]] {
    var context: [String: [String]] = [:]
    for (index, entry) in (try input.list("ContextEntries", 0...Int.max) ?? []).enumerated() {
      let path = "contextEntries.\(index + 1).member"
      guard entry.kind == .object else {
        input.missing(path)
        continue
      }
      let name = try input.member("ContextKeyName", of: entry, at: path, .simulatedKey)
      let values = entry["ContextKeyValues"]?.elements.compactMap(\.string) ?? []
      guard let key = ConditionKeyName(name)?.folded else {
        input.refuse(.invalidSimulation("Invalid Context Key Name: \(AWSError.quoted(name))"))
        continue
      }
      context[key] = values
    }
    return context
  }
}

extension TextRule {
  fileprivate static let simulatedPolicy = TextRule(1...131_072, .policy)
  fileprivate static let simulatedResource = TextRule(1...2048)
  fileprivate static let simulatedAction = TextRule(3...128)
  fileprivate static let simulatedKey = TextRule(5...256)
}

extension AWSError {
  static func invalidSimulation(_ message: String) -> AWSError { AWSError("InvalidInput", message) }
}
