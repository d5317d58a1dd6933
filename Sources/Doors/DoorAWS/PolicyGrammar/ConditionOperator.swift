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

  /// The test against these values; nil when this version can't evaluate it.
  func test(_ values: [String], _ text: PolicyText) -> Condition.Test? {
    switch self {
    case .stringEquals: equals(values, text, ignoringCase: false, negated: false)
    case .stringNotEquals: equals(values, text, ignoringCase: false, negated: true)
    case .stringEqualsIgnoreCase: equals(values, text, ignoringCase: true, negated: false)
    case .stringNotEqualsIgnoreCase: equals(values, text, ignoringCase: true, negated: true)
    case .stringLike: like(values, text, negated: false)
    case .stringNotLike: like(values, text, negated: true)
    case .arnEquals, .arnLike: like(values.map(ARN.inOurPartition), text, negated: false)
    case .arnNotEquals, .arnNotLike: like(values.map(ARN.inOurPartition), text, negated: true)
    case .numericEquals: numeric(values, .equal)
    case .numericNotEquals: numeric(values, .notEqual)
    case .numericLessThan: numeric(values, .less)
    case .numericLessThanEquals: numeric(values, .lessOrEqual)
    case .numericGreaterThan: numeric(values, .greater)
    case .numericGreaterThanEquals: numeric(values, .greaterOrEqual)
    case .bool: flags(values).map { .bool($0) }
    case .null: absence(values)
    case .dateEquals, .dateNotEquals, .dateLessThan, .dateLessThanEquals, .dateGreaterThan,
      .dateGreaterThanEquals, .binaryEquals, .ipAddress, .notIpAddress:
      nil
    }
  }

  private func equals(
    _ values: [String], _ text: PolicyText, ignoringCase: Bool, negated: Bool
  ) -> Condition.Test? {
    all(values, text.literal).map { .stringEquals($0, ignoringCase: ignoringCase, negated: negated) }
  }

  private func like(_ values: [String], _ text: PolicyText, negated: Bool) -> Condition.Test? {
    all(values, text.pattern).map { patterns in .stringLike(patterns.map { Glob($0) }, negated: negated) }
  }

  private func numeric(_ values: [String], _ comparison: Condition.Comparison) -> Condition.Test? {
    all(values) { Int64($0) }.map { .numeric($0, comparison) }
  }

  private func flags(_ values: [String]) -> [Bool]? {
    all(values) { value in
      switch value.lowercased() {
      case "true": true
      case "false": false
      default: nil
      }
    }
  }

  private func absence(_ values: [String]) -> Condition.Test? {
    guard let flags = flags(values), let first = flags.first, flags.allSatisfy({ $0 == first }) else {
      return nil
    }
    return .null(first)
  }

  /// All of them transformed, or nil.
  private func all<Value>(_ values: [String], _ transform: (String) -> Value?) -> [Value]? {
    let result = values.compactMap(transform)
    return result.count == values.count ? result : nil
  }
}
