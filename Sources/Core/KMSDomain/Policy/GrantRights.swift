// Grants allow: beside the key's policy, and as far as it would. What denies, denies what they allow too.
extension PolicyEvaluator {
  /// The best right that the request's grants give.
  func rightByGrants() -> Right? {
    guard let operation = request.action.grantOperation else { return nil }
    var best: Right?
    let grants = request.grants
    for index in grants.indices where grants[index].terms.operations.contains(operation) {
      let standing = standing(
        of: grants[index].terms.grantee, meaning: grants[index].meant.grantee)
      guard standing > best?.standing ?? .none, isMet(grants[index].terms, by: operation) else { continue }
      best = Right(standing, Decision(isAllowed: true, ground: .grant(grants[index].id)))
      if standing == .direct { return best }
    }
    return best
  }

  func isMet(_ terms: GrantTerms, by operation: GrantOperation) -> Bool {
    switch operation {
    case .describeKey, .retireGrant: true
    case .createGrant: request.facts.grant.map { terms.mayDelegate($0.terms) } ?? false
    case .decrypt, .encrypt, .generateDataKey, .generateDataKeyWithoutPlaintext, .reEncryptFrom,
      .reEncryptTo, .sign, .verify, .getPublicKey, .generateDataKeyPair,
      .generateDataKeyPairWithoutPlaintext, .generateMac, .verifyMac, .deriveSharedSecret, .encapsulate,
      .decapsulate:
      terms.constraints.areMet(by: request.facts.encryptionContext ?? .empty)
    }
  }
}

extension GrantTerms {
  /// Whether whoever may make grants only by these terms may make one of those: no further operations, and constraints that
  /// are at least as strict.
  func mayDelegate(_ other: GrantTerms) -> Bool {
    other.operations.isSubset(of: operations) && other.constraints.areAsStrict(as: constraints)
  }
}

extension GrantConstraints {
  func areMet(by context: EncryptionContext) -> Bool {
    if let equals, !equals.isSame(as: context) { return false }
    if let subset, !subset.isPart(of: context) { return false }
    return true
  }

  /// Whether every context that meets these also meets the others.
  fileprivate func areAsStrict(as other: GrantConstraints) -> Bool {
    if let wanted = other.equals {
      guard let equals, equals.isSame(as: wanted) else { return false }
    }
    if let wanted = other.subset {
      guard [equals, subset].contains(where: { $0.map(wanted.isPart) ?? false }) else { return false }
    }
    return true
  }
}

extension GrantOperations {
  func isSubset(of other: GrantOperations) -> Bool { rawValue & ~other.rawValue == 0 }
}

extension EncryptionContext {
  /// Every pair of this is one of the other's. Both are sorted by name.
  func isPart(of other: EncryptionContext) -> Bool {
    pairs.allSatisfy { pair in other[pair.name].map { $0.utf8.elementsEqual(pair.value.utf8) } ?? false }
  }

  func isSame(as other: EncryptionContext) -> Bool { pairs.count == other.pairs.count && isPart(of: other) }
}

extension Action {
  /// What a grant would have to allow; nil for what none can. Retiring is judged by the grant that is retired.
  package var grantOperation: GrantOperation? {
    let place = Int(rawValue)
    return place < Action.grantOperations.count ? Action.grantOperations[place] : nil
  }

  /// By action.
  private static let grantOperations: [GrantOperation?] = {
    var operations = [GrantOperation?](repeating: nil, count: Action.allCases.count)
    for operation in GrantOperation.allCases where operation != .retireGrant {
      operations[Int(operation.action.rawValue)] = operation
    }
    return operations
  }()
}

extension GrantOperation {
  /// What whoever has the grant may do by it.
  package var action: Action {
    switch self {
    case .decrypt: .decrypt
    case .encrypt: .encrypt
    case .generateDataKey: .generateDataKey
    case .generateDataKeyWithoutPlaintext: .generateDataKeyWithoutPlaintext
    case .reEncryptFrom: .reEncryptFrom
    case .reEncryptTo: .reEncryptTo
    case .sign: .sign
    case .verify: .verify
    case .getPublicKey: .getPublicKey
    case .createGrant: .createGrant
    case .retireGrant: .retireGrant
    case .describeKey: .describeKey
    case .generateDataKeyPair: .generateDataKeyPair
    case .generateDataKeyPairWithoutPlaintext: .generateDataKeyPairWithoutPlaintext
    case .generateMac: .generateMac
    case .verifyMac: .verifyMac
    case .deriveSharedSecret: .deriveSharedSecret
    case .encapsulate: .encapsulate
    case .decapsulate: .decapsulate
    }
  }
}
