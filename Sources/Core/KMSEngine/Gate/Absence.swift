import KMSDomain

extension Operation {
  /// What a caller may learn of a name that leads nowhere. Within its own account: that it does. In another account, absent
  /// and forbidden must look alike, or names could be guessed.
  func shown(_ error: KMSError, to caller: Caller) -> KMSError {
    guard let text = error.absentName,
      let reference = references.first(where: { $0.asWritten == text }),
      case .name(let name) = reference.target, name.keyring.account != caller.account
    else { return error }
    return .denied(
      KMSError.Denial(
        action: action(on: reference), principal: caller.principal, resource: text,
        decision: Decision(isAllowed: false, ground: .noKeyPolicyStatement), hadKeyPolicy: true, named: text,
        isForeign: true))
  }
}

extension KMSError {
  fileprivate var absentName: String? {
    switch self {
    case .keyNotFound(let name), .aliasNotFound(let name), .keyDestroyed(let name): name
    case .aliasExists, .denied, .ciphertextKeyInaccessible, .policyLockout, .malformedPolicy, .keyDisabled,
      .keyPendingDeletion, .keyNotPendingDeletion, .keyPendingImport, .aliasTargetMismatch,
      .invalidCiphertext,
      .incorrectKey, .invalidKeyUsage, .tooManyTags, .tooManyAliases, .invalidMarker, .dryRun, .contention,
      .corrupt, .storeUnavailable, .auditUnavailable, .custodyUnavailable, .permitMismatch:
      nil
    }
  }
}
