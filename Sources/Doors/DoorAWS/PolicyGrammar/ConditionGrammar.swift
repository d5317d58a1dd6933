import KMSDomain
import WireJSON

/// `Condition`: operators, each with keys, each with values.
struct ConditionGrammar {
  let text: PolicyText

  func conditions(_ json: JSONValue?) throws(KMSError) -> [Condition] {
    guard let json else { return [] }
    guard json.kind == .object else { throw .malformedPolicy(PolicyFault.syntax) }
    var result: [Condition] = []
    for (written, block) in json.members {
      guard let use = ConditionOperator.Use(written) else {
        throw .malformedPolicy(PolicyFault.conditionOperator(written))
      }
      guard block.kind == .object else { throw .malformedPolicy(PolicyFault.syntax) }
      for (name, values) in block.members {
        let label = "\(written) \(name)"
        result.append(try condition(use, name, try PolicyValues.scalars(values), label))
      }
    }
    return result
  }

  private func condition(
    _ use: ConditionOperator.Use, _ name: String, _ values: [String], _ label: String
  ) throws(KMSError) -> Condition {
    guard let key = ConditionKeyName(name) else { throw .malformedPolicy(PolicyFault.vendor) }
    if use.comparison.takesPatterns { try PolicyLimits.check(patterns: values) }
    // The names of keys have no variables.
    let test = name.utf8.contains(UInt8(ascii: "$")) ? nil : use.comparison.test(values, text)
    return Condition(
      key: key.key, name: key.folded, test: test ?? .unevaluable(label), quantifier: use.quantifier,
      ifExists: use.ifExists, label: label)
  }
}
