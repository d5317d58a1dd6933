import KMSBytes

/// One test of a statement: a key of the request against the values that the policy lists.
package struct Condition: Hashable, Sendable {
  package enum Test: Hashable, Sendable {
    case stringEquals([String], ignoringCase: Bool, negated: Bool)
    case stringLike([Glob], negated: Bool)
    /// For names in sections, such as those of resources.
    case sectionsLike([SectionedGlob], negated: Bool)
    case numeric([Decimal], Comparison)
    case date([Instant], Comparison)
    case bool([Bool])
    /// Bytes, which a request gives in base 64.
    case binary([[UInt8]])
    case address([AddressRange], negated: Bool)
    /// True: the key must be absent.
    case null(Bool)
    /// One of the tests of text, with values that depend on the request.
    case template([Template], TemplateForm)
    /// A test that this version can't evaluate: it never lets an Allow match and always lets a Deny.
    case unevaluable(String)
  }

  package enum TemplateForm: Hashable, Sendable {
    case equals(ignoringCase: Bool, negated: Bool)
    case like(negated: Bool)
    case sectionsLike(sections: Int, negated: Bool)
  }

  package enum Comparison: Hashable, Sendable {
    case equal
    case notEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
  }

  /// How a key with several values is compared.
  package enum Quantifier: Hashable, Sendable {
    /// The key has one value.
    case single
    /// Every value of the request passes; true when there is none.
    case forAll
    /// At least one value of the request passes; false when there is none.
    case forAny
  }

  package let key: ConditionKey
  /// The name of the key as the door folds it, for values that somebody assumes.
  package let name: String
  package let test: Test
  package let quantifier: Quantifier
  /// An absent key passes.
  package let ifExists: Bool
  /// As written, for explanations.
  package let label: String

  package init(
    key: ConditionKey, name: String = "", test: Test, quantifier: Quantifier, ifExists: Bool, label: String
  ) {
    self.key = key
    self.name = name
    self.test = test
    self.quantifier = quantifier
    self.ifExists = ifExists
    self.label = label
  }
}

extension Condition {
  package enum Outcome: Sendable {
    case holds
    case fails
    case unknown
  }

  /// Tests the values that the request has for `key`; nil when it has none.
  package func evaluate(_ values: [String]?) -> Outcome {
    evaluate(test, ContextValue(values), ComparisonBudget())
  }

  /// The same in a request whose values are looked up.
  package func evaluate(
    for effect: Statement.Effect, _ value: (ConditionKey, String) -> ContextValue
  ) -> Outcome {
    evaluate(for: effect, ComparisonBudget(), value)
  }

  /// The same as part of a decision; variables of the test get their values from there too.
  ///
  /// A variable without a value matches nothing, and an allow that would need it doesn't hold.
  func evaluate(
    for effect: Statement.Effect, _ budget: ComparisonBudget, _ value: (ConditionKey, String) -> ContextValue
  ) -> Outcome {
    guard case .template(let templates, let form) = test else {
      return evaluate(test, value(key, name), budget)
    }
    let found = value(key, name)
    if ifExists, case .absent = found { return .holds }
    var patterns: [PatternBytes] = []
    for template in templates {
      if let pattern = template.pattern(value) {
        guard budget.spend(pattern.bytes.count) else { return .unknown }
        patterns.append(pattern)
      } else if effect == .allow {
        return .fails
      }
    }
    return evaluate(form.test(patterns), found, budget)
  }

  private func evaluate(_ test: Test, _ value: ContextValue, _ budget: ComparisonBudget) -> Outcome {
    let outcome = compare(test, value, budget)
    return budget.isEnough ? outcome : .unknown
  }

  private func compare(_ test: Test, _ value: ContextValue, _ budget: ComparisonBudget) -> Outcome {
    if case .unevaluable = test { return .unknown }
    if case .null(let absent) = test { return evaluate(absent: absent, value) }
    switch value {
    case .one(let value): return test.matches(value, budget) != test.isNegated ? .holds : .fails
    case .values(let values) where values.isEmpty: return absentOutcome(test)
    case .values(let values): return passes(test, values, budget) ? .holds : .fails
    case .absent: return absentOutcome(test)
    case .unknown: return .unknown
    }
  }

  private func evaluate(absent: Bool, _ value: ContextValue) -> Outcome {
    switch value {
    case .one: absent ? .fails : .holds
    case .values(let values): values.isEmpty == absent ? .holds : .fails
    case .absent: absent ? .holds : .fails
    case .unknown: .unknown
    }
  }

  /// Negated tests pass when the key is absent (the documented behaviour of StringNotEquals and its kin).
  private func absentOutcome(_ test: Test) -> Outcome {
    if ifExists { return .holds }
    switch quantifier {
    case .forAll: return .holds
    case .forAny: return .fails
    case .single: return test.isNegated ? .holds : .fails
    }
  }

  private func passes(_ test: Test, _ values: [String], _ budget: ComparisonBudget) -> Bool {
    let isNegated = test.isNegated
    switch quantifier {
    case .single: return values.contains { test.matches($0, budget) } != isNegated
    case .forAny: return values.contains { test.matches($0, budget) != isNegated }
    case .forAll: return values.allSatisfy { test.matches($0, budget) != isNegated }
    }
  }
}

extension Condition.TemplateForm {
  fileprivate func test(_ patterns: [PatternBytes]) -> Condition.Test {
    switch self {
    case .equals(let ignoringCase, let negated):
      .stringEquals(
        patterns.map { String(decoding: $0.bytes, as: UTF8.self) }, ignoringCase: ignoringCase,
        negated: negated)
    case .like(let negated): .stringLike(patterns.map { Glob($0) }, negated: negated)
    case .sectionsLike(let sections, let negated):
      .sectionsLike(patterns.compactMap { SectionedGlob($0, sections: sections) }, negated: negated)
    }
  }
}

extension Condition.Test {
  fileprivate var isNegated: Bool {
    switch self {
    case .stringEquals(_, _, let negated), .stringLike(_, let negated), .sectionsLike(_, let negated),
      .address(_, let negated):
      negated
    case .numeric(_, let comparison), .date(_, let comparison): comparison == .notEqual
    case .bool, .binary, .null, .template, .unevaluable: false
    }
  }

  /// Whether a value is one of those listed; a negated test passes when it isn't.
  fileprivate func matches(_ value: String, _ budget: ComparisonBudget) -> Bool {
    let bytes = value.utf8.count
    return switch self {
    case .stringEquals(let wanted, let ignoringCase, _):
      budget.spend(wanted.count * (ignoringCase ? 8 + bytes : 1 + bytes / 8))
        && wanted.contains { Condition.equal($0, value, ignoringCase) }
    case .stringLike(let patterns, _):
      patterns.contains { budget.spend($0.cost(bytes)) && $0.matches(value) }
    case .sectionsLike(let patterns, _):
      patterns.contains { budget.spend($0.cost(bytes)) && $0.matches(value) }
    case .numeric, .date, .bool, .binary, .address, .null, .template, .unevaluable:
      budget.spend(listed + bytes) && matchesParsed(value)
    }
  }

  /// How many values the policy lists.
  private var listed: Int {
    switch self {
    case .stringEquals(let wanted, _, _): wanted.count
    case .stringLike(let patterns, _): patterns.count
    case .sectionsLike(let patterns, _): patterns.count
    case .numeric(let wanted, _): wanted.count
    case .date(let wanted, _): wanted.count
    case .bool(let wanted): wanted.count
    case .binary(let wanted): wanted.count
    case .address(let ranges, _): ranges.count
    case .template(let templates, _): templates.count
    case .null, .unevaluable: 1
    }
  }

  /// For tests that aren't of texts.
  private func matchesParsed(_ value: String) -> Bool {
    switch self {
    case .numeric(let wanted, let comparison):
      Decimal(value).map { value in wanted.contains { comparison.holds(value, $0) } } ?? false
    case .date(let wanted, let comparison):
      Instant(policyDate: value).map { value in wanted.contains { comparison.holds(value, $0) } } ?? false
    case .bool(let wanted): Condition.bool(value).map(wanted.contains) ?? false
    case .binary(let wanted): Base64.bytes(value).map(wanted.contains) ?? false
    case .address(let ranges, _):
      Address(value).map { value in ranges.contains { $0.contains(value) } } ?? false
    case .stringEquals, .stringLike, .sectionsLike, .null, .template, .unevaluable: false
    }
  }
}

extension Condition {
  fileprivate static func equal(_ one: String, _ other: String, _ ignoringCase: Bool) -> Bool {
    // Character by character as they are written, whatever else Unicode takes for the same.
    ignoringCase
      ? one.lowercased().utf8.elementsEqual(other.lowercased().utf8) : one.utf8.elementsEqual(other.utf8)
  }

  package static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }
}

extension Condition.Comparison {
  /// `notEqual` looks for equal values too: the test as a whole is negated.
  fileprivate func holds<Value: Comparable>(_ value: Value, _ wanted: Value) -> Bool {
    switch self {
    case .equal, .notEqual: value == wanted
    case .less: value < wanted
    case .lessOrEqual: value <= wanted
    case .greater: value > wanted
    case .greaterOrEqual: value >= wanted
    }
  }
}
