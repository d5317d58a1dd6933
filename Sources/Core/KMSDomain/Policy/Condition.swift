/// One test of a statement: a key of the request against the values that the policy lists.
package struct Condition: Hashable, Sendable {
  package enum Test: Hashable, Sendable {
    case stringEquals([String], ignoringCase: Bool, negated: Bool)
    case stringLike([Glob], negated: Bool)
    case numeric([Int64], Comparison)
    case bool([Bool])
    /// True: the key must be absent.
    case null(Bool)
    /// A test that this version can't evaluate: it never lets an Allow match and always lets a Deny.
    case unevaluable(String)
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
  package let test: Test
  package let quantifier: Quantifier
  /// An absent key passes.
  package let ifExists: Bool
  /// As written, for explanations.
  package let label: String

  package init(key: ConditionKey, test: Test, quantifier: Quantifier, ifExists: Bool, label: String) {
    self.key = key
    self.test = test
    self.quantifier = quantifier
    self.ifExists = ifExists
    self.label = label
  }
}

/// What a condition can ask about.
package enum ConditionKey: Hashable, Sendable {
  case callerAccount
  case principalName
  case principalID
  case userName
  case secureTransport
  case encryptionContext(String)
  case encryptionContextNames
  case encryptionAlgorithm
  case signingAlgorithm
  case macAlgorithm
  case keyAgreementAlgorithm
  case messageForm
  case keySpec
  case keyUsage
  case keyOrigin
  case multiRegion
  /// Which part the key plays among related keys.
  case multiRegionPart
  case primaryRegion
  case replicaRegion
  case requestedAlias
  case resourceTag(String)
  case requestTag(String)
  case tagNames
  case deletionWindowDays
  case rotationPeriodDays
  case granteePrincipal
  case retiringPrincipal
  case grantOperations
  case grantConstraintType
  /// Whether a service asks on behalf of somebody.
  case grantIsForService
  case bypassesLockoutCheck
  case reEncryptsOnSameKey
  case dataKeyPairSpec
  /// The measurement of the image of an enclave that the answer is for.
  case recipientImage
  /// A platform configuration register of the recipient.
  case recipientRegister(Int, of: Recipient.Platform)
  case wrappingAlgorithm
  case wrappingKeySpec
  case expirationModel
  /// When imported material is to expire, in seconds since the Unix epoch.
  case validTo
  /// Valid in a policy but nothing that this version knows: always absent.
  case unknown(String)
}

extension Condition {
  package enum Outcome: Sendable {
    case holds
    case fails
    case unknown
  }

  /// Tests the values that the request has for `key`; nil when it has none.
  package func evaluate(_ values: [String]?) -> Outcome {
    if case .unevaluable = test { return .unknown }
    if case .null(let absent) = test { return (values == nil) == absent ? .holds : .fails }
    guard let values, !values.isEmpty else { return absentOutcome }
    switch quantifier {
    case .single, .forAny: return values.contains(where: passes) ? .holds : .fails
    case .forAll: return values.allSatisfy(passes) ? .holds : .fails
    }
  }

  /// Negated tests pass when the key is absent (the documented behaviour of StringNotEquals and its kin).
  private var absentOutcome: Outcome {
    if ifExists { return .holds }
    switch quantifier {
    case .forAll: return .holds
    case .forAny: return .fails
    case .single: return negatesEach ? .holds : .fails
    }
  }

  private var negatesEach: Bool {
    switch test {
    case .stringEquals(_, _, let negated), .stringLike(_, let negated): negated
    case .numeric(_, let comparison): comparison == .notEqual
    case .bool, .null, .unevaluable: false
    }
  }

  private func passes(_ value: String) -> Bool {
    switch test {
    case .stringEquals(let wanted, let ignoringCase, let negated):
      wanted.contains { Condition.equal($0, value, ignoringCase) } != negated
    case .stringLike(let patterns, let negated):
      patterns.contains { $0.matches(value) } != negated
    case .numeric(let wanted, let comparison): Condition.compare(value, wanted, comparison)
    case .bool(let wanted): Condition.bool(value).map(wanted.contains) ?? false
    case .null, .unevaluable: false
    }
  }

  private static func equal(_ one: String, _ other: String, _ ignoringCase: Bool) -> Bool {
    ignoringCase ? one.lowercased() == other.lowercased() : one.utf8.elementsEqual(other.utf8)
  }

  private static func bool(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  private static func compare(_ text: String, _ wanted: [Int64], _ comparison: Comparison) -> Bool {
    guard let value = Int64(text) else { return false }
    switch comparison {
    case .equal: return wanted.contains(value)
    case .notEqual: return !wanted.contains(value)
    case .less: return wanted.contains { value < $0 }
    case .lessOrEqual: return wanted.contains { value <= $0 }
    case .greater: return wanted.contains { value > $0 }
    case .greaterOrEqual: return wanted.contains { value >= $0 }
    }
  }
}
