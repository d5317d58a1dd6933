import KMSDomain

// What a caller may learn of a name that leads nowhere. Within its own account: that it does. In another account, absent
// and forbidden must look alike, or names could be guessed. So the call is judged as if there were a key of that name which
// trusts nobody: the same demands in the same order, with the same facts.
//
// A statement of the caller's own policies that denies one key by its id, or keys by their tags, can still tell the two
// apart: nobody knows the id behind an alias that isn't there, nor the tags of no key.
extension Engine {
  /// nil when the error may be told as it is.
  func denial<Op: Operation>(
    insteadOf error: KMSError, for operation: Op, _ caller: Caller, _ origin: RequestOrigin
  ) async -> (error: KMSError, record: AuditRecord)? {
    var imagining = desk
    var cause = error
    // Each round imagines one more of the few keys that the operation names.
    while let name = operation.foreignName(in: cause, caller), imagining.imagined[name] == nil {
      imagining = imagining.imagining(name)
      do throws(KMSError) {
        let prepared = try await operation.prepare(imagining)
        let docket = try await imagining.docket(operation.demands(prepared, imagining), caller)
        let settled = settle(operation, prepared, docket, caller, origin)
        guard case .failure(let denial) = settled.result else { return nil }
        return (denial, settled.record.resolvingNothing(of: imagining.imagined.values.map(\.record.id)))
      } catch {
        cause = error
      }
    }
    guard imagining.imagined.isEmpty else { return (cause, failure(of: operation, cause, caller, origin)) }
    return nil
  }
}

extension Operation {
  /// The name of another account's key that the error says is not there.
  fileprivate func foreignName(in error: KMSError, _ caller: Caller) -> KeyName? {
    guard let text = error.absentName,
      let reference = references.first(where: { $0.asWritten == text }),
      case .name(let name) = reference.target, name.keyring.account != caller.account
    else { return nil }
    return name
  }
}

extension Desk {
  /// A desk on which a name that leads nowhere stands for a key whose policy trusts nobody.
  fileprivate func imagining(_ name: KeyName) -> Desk {
    let id = Bits128(high: 0, low: UInt64(imagined.count))
    let never = Instant(milliseconds: 0)
    let record = KeyRecord(
      id: KeyID(id), home: name.keyring, identifier: name.text,
      resourceName: vocabulary.keyResource(name.text, in: name.keyring), spec: .aes256,
      usages: [.encrypt, .decrypt], origin: .generated, exportable: false, createdAt: never, state: .active,
      deletionDate: nil, description: "", tags: [], policy: [],
      versions: [KeyVersion(id: VersionID(id), state: .active, createdAt: never, material: nil)],
      current: VersionID(id), generation: 0)
    return Desk(self, imagining: name, as: ProtectedKey(record: record, policy: Policy(statements: [])))
  }
}

extension AuditRecord {
  /// The same, where what was asked of keys that aren't there resolved to nothing.
  fileprivate func resolvingNothing(of absent: [KeyID]) -> AuditRecord {
    AuditRecord(
      id: id, time: time, origin: origin, who: who, operation: operation,
      demands: demands.map { demand in
        guard let key = demand.key, absent.contains(key) else { return demand }
        return Demand(
          action: demand.action, named: demand.named, resolved: "", key: nil, version: nil,
          decision: demand.decision)
      }, outcome: outcome, encryptionContext: encryptionContext, details: details)
  }
}

extension KMSError {
  fileprivate var absentName: String? {
    switch self {
    case .keyNotFound(let name), .aliasNotFound(let name): name
    case .keyDestroyed, .aliasExists, .denied, .ciphertextKeyInaccessible, .policyLockout, .malformedPolicy,
      .keyDisabled, .keyPendingDeletion, .keyNotPendingDeletion, .keyPendingImport, .aliasTargetMismatch,
      .invalidCiphertext, .incorrectKey, .invalidKeyUsage, .noPublicKey, .contextUnsupported, .tooBusy,
      .incompatibleAlgorithm, .incompatibleMessageForm,
      .invalidDigestLength, .plaintextTooLong, .invalidSignature, .invalidMAC, .invalidPublicKey,
      .unsupportedAlgorithm, .invalidImportToken, .expiredImportToken, .incorrectKeyMaterial,
      .incompatibleImport, .tooManyTags, .tooManyAliases, .invalidMarker, .dryRun, .contention, .corrupt,
      .storeUnavailable, .auditUnavailable, .custodyUnavailable,
      .permitMismatch:
      nil
    case .rotationUnsupported, .rotationImminent, .rotationNotDue, .tooManyRotations: nil
    case .customKeyStore, .identity, .session, .object, .vault: nil
    case .keyNotPrimary, .keyNotReplica, .relatedKeyExists, .tooManyReplicas: nil
    case .wrongOrigin, .invalidExpiry, .singleMaterial, .otherMaterialPending, .noMaterialPending,
      .materialNotFound, .materialNotExpired:
      nil
    case .grantNotFound, .invalidGrantToken, .unsupportedGrantOperation, .unsupportedGrantConstraint,
      .tooManyGrants:
      nil
    case .attestation: nil
    case .tooManyKeys, .throttled: nil
    case .cryptography: nil
    case .seedContradiction: nil
    }
  }
}
