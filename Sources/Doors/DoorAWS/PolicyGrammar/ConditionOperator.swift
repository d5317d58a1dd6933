import KMSBytes
import KMSDomain

/// The condition operators of the language.
enum ConditionOperator: String, CaseIterable {
  case stringEquals = "StringEquals"
  case stringNotEquals = "StringNotEquals"
  case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
  case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
  case stringLike = "StringLike"
  case stringNotLike = "StringNotLike"
  case arnEquals = "ArnEquals"
  case arnNotEquals = "ArnNotEquals"
  case arnLike = "ArnLike"
  case arnNotLike = "ArnNotLike"
  case numericEquals = "NumericEquals"
  case numericNotEquals = "NumericNotEquals"
  case numericLessThan = "NumericLessThan"
  case numericLessThanEquals = "NumericLessThanEquals"
  case numericGreaterThan = "NumericGreaterThan"
  case numericGreaterThanEquals = "NumericGreaterThanEquals"
  case dateEquals = "DateEquals"
  case dateNotEquals = "DateNotEquals"
  case dateLessThan = "DateLessThan"
  case dateLessThanEquals = "DateLessThanEquals"
  case dateGreaterThan = "DateGreaterThan"
  case dateGreaterThanEquals = "DateGreaterThanEquals"
  case bool = "Bool"
  case binaryEquals = "BinaryEquals"
  case ipAddress = "IpAddress"
  case notIpAddress = "NotIpAddress"
  case null = "Null"
}

extension ConditionOperator {
  /// An operator with what may stand around its name.
  struct Use {
    let comparison: ConditionOperator
    let quantifier: Condition.Quantifier
    let ifExists: Bool

    /// - Returns: nil when the name isn't an operator. `Null` asks about absence itself and takes no `IfExists`.
    init?(_ written: String) {
      var name = written[...]
      if name.hasPrefix("ForAllValues:") {
        quantifier = .forAll
        name = name.dropFirst(13)
      } else if name.hasPrefix("ForAnyValue:") {
        quantifier = .forAny
        name = name.dropFirst(12)
      } else {
        quantifier = .single
      }
      ifExists = name.hasSuffix("IfExists")
      if ifExists { name = name.dropLast(8) }
      guard let comparison = ConditionOperator(rawValue: String(name)), comparison != .null || !ifExists
      else {
        return nil
      }
      self.comparison = comparison
    }
  }

  /// Whether its values have wildcards.
  var takesPatterns: Bool {
    switch self {
    case .stringLike, .stringNotLike, .arnEquals, .arnNotEquals, .arnLike, .arnNotLike: true
    case .stringEquals, .stringNotEquals, .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase, .numericEquals,
      .numericNotEquals, .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
      .numericGreaterThanEquals, .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals,
      .dateGreaterThan, .dateGreaterThanEquals, .bool, .binaryEquals, .ipAddress, .notIpAddress, .null:
      false
    }
  }

  /// The test against these values; nil when one of them isn't what the operator compares.
  func test(_ values: [String], _ text: PolicyText) -> Condition.Test? {
    switch self {
    case .stringEquals: equals(values, text, ignoringCase: false, negated: false)
    case .stringNotEquals: equals(values, text, ignoringCase: false, negated: true)
    case .stringEqualsIgnoreCase: equals(values, text, ignoringCase: true, negated: false)
    case .stringNotEqualsIgnoreCase: equals(values, text, ignoringCase: true, negated: true)
    case .stringLike: like(values, text, negated: false)
    case .stringNotLike: like(values, text, negated: true)
    case .arnEquals, .arnLike: arnLike(values, text, negated: false)
    case .arnNotEquals, .arnNotLike: arnLike(values, text, negated: true)
    case .numericEquals: numeric(values, .equal)
    case .numericNotEquals: numeric(values, .notEqual)
    case .numericLessThan: numeric(values, .less)
    case .numericLessThanEquals: numeric(values, .lessOrEqual)
    case .numericGreaterThan: numeric(values, .greater)
    case .numericGreaterThanEquals: numeric(values, .greaterOrEqual)
    case .dateEquals: date(values, .equal)
    case .dateNotEquals: date(values, .notEqual)
    case .dateLessThan: date(values, .less)
    case .dateLessThanEquals: date(values, .lessOrEqual)
    case .dateGreaterThan: date(values, .greater)
    case .dateGreaterThanEquals: date(values, .greaterOrEqual)
    case .bool: all(values, Condition.bool).map { .bool($0) }
    case .binaryEquals: all(values) { Base64.bytes($0) }.map { .binary($0) }
    case .ipAddress: all(values) { AddressRange($0) }.map { .address($0, negated: false) }
    case .notIpAddress: all(values) { AddressRange($0) }.map { .address($0, negated: true) }
    case .null: absence(values)
    }
  }

  private func equals(
    _ values: [String], _ text: PolicyText, ignoringCase: Bool, negated: Bool
  ) -> Condition.Test {
    let meanings = values.map(text.text)
    let fixed = meanings.compactMap { if case .fixed(let text) = $0 { text } else { nil } }
    guard fixed.count < meanings.count else {
      return .stringEquals(fixed, ignoringCase: ignoringCase, negated: negated)
    }
    let templates = meanings.map { meaning in
      switch meaning {
      case .fixed(let text): Template([.text(text)])
      case .varying(let template): template
      }
    }
    return .template(templates, .equals(ignoringCase: ignoringCase, negated: negated))
  }

  private func like(_ values: [String], _ text: PolicyText, negated: Bool) -> Condition.Test {
    if let templates = templates(values, text) { return .template(templates, .like(negated: negated)) }
    return .stringLike(fixed(values, text).map { Glob($0) }, negated: negated)
  }

  /// Patterns of fewer parts match no ARN.
  private func arnLike(_ values: [String], _ text: PolicyText, negated: Bool) -> Condition.Test {
    let values = values.map(ARN.inOurPartition)
    if let templates = templates(values, text) {
      return .template(templates, .sectionsLike(sections: ARN.parts, negated: negated))
    }
    return .sectionsLike(
      fixed(values, text).compactMap { SectionedGlob($0, sections: ARN.parts) }, negated: negated)
  }

  private func fixed(_ values: [String], _ text: PolicyText) -> [PatternBytes] {
    values.compactMap { value in
      switch text.pattern(value) {
      case .fixed(let pattern): pattern
      case .varying: nil
      }
    }
  }

  /// All values as templates; nil when none of them has a variable.
  private func templates(_ values: [String], _ text: PolicyText) -> [Template]? {
    guard fixed(values, text).count < values.count else { return nil }
    return values.map(text.wildTemplate)
  }

  private func numeric(_ values: [String], _ comparison: Condition.Comparison) -> Condition.Test? {
    all(values) { Decimal($0) }.map { .numeric($0, comparison) }
  }

  private func date(_ values: [String], _ comparison: Condition.Comparison) -> Condition.Test? {
    all(values) { Instant(policyDate: $0) }.map { .date($0, comparison) }
  }

  private func absence(_ values: [String]) -> Condition.Test? {
    guard let flags = all(values, Condition.bool), let first = flags.first, flags.allSatisfy({ $0 == first })
    else { return nil }
    return .null(first)
  }

  /// All of them transformed, or nil.
  private func all<Value>(_ values: [String], _ transform: (String) -> Value?) -> [Value]? {
    let result = values.compactMap(transform)
    return result.count == values.count ? result : nil
  }
}
