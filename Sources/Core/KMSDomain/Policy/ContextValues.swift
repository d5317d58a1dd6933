extension PolicyEvaluator {
  /// What this request has for a condition key.
  func value(of key: ConditionKey, _ name: String) -> ContextValue {
    if let assumed = request.assumed, let value = assumed.value(of: name) { return value }
    return value(of: key)
  }

  /// The table of all keys.
  private func value(of key: ConditionKey) -> ContextValue {
    let (caller, facts, origin) = (request.caller, request.facts, request.origin)
    switch key {
    case .callerAccount: return ContextValue(caller.account?.text)
    case .principalName: return ContextValue(caller.nameInConditions)
    case .principalID: return ContextValue(caller.principalID)
    case .principalKind: return ContextValue(vocabulary.name(of: caller.kind))
    case .principalTag(let name): return value(of: name, in: caller.tags)
    case .userName: return ContextValue(caller.userName)
    case .sessionStart: return ContextValue(caller.session?.issuedAt.policyDate)
    // This server knows no second factor, and only sessions could have been begun with one.
    case .multiFactorPresent: return ContextValue(caller.session == nil ? nil : false)
    case .federationProvider: return ContextValue(caller.session?.provider ?? caller.webIdentity?.provider)
    case .sourceIdentity: return ContextValue(caller.session?.sourceIdentity)
    case .unknown(let name): return claim(name)

    case .secureTransport: return ContextValue(origin.isEncrypted)
    case .sourceAddress: return ContextValue(origin.source)
    case .userAgent: return ContextValue(origin.userAgent)
    case .currentTime: return request.time.map { .one($0.policyDate) } ?? .unknown
    case .epochTime: return request.time.map { .one(String($0.seconds)) } ?? .unknown
    case .requestedRegion: return requestedRegion
    // No service acts for its users here.
    case .isService: return ContextValue(false)

    case .resourceAccount: return ContextValue(request.resource.account?.text)
    case .resourceAliases: return ContextValue(listed: request.aliases)
    case .resourceTag(let name): return value(of: name, in: resourceTags)

    case .encryptionContext(let name): return contextValue(of: name)
    case .encryptionContextNames: return ContextValue(listed: facts.encryptionContext?.pairs.map(\.name))
    case .encryptionAlgorithm: return value(of: facts.algorithm) { $0.isEncryption }
    case .signingAlgorithm: return value(of: facts.algorithm) { $0.isSigning }
    case .macAlgorithm: return value(of: facts.algorithm) { $0.isMAC }
    case .keyAgreementAlgorithm: return value(of: facts.algorithm) { $0 == .ecdh }
    case .messageForm: return ContextValue(facts.messageForm.map(vocabulary.name))
    case .keySpec: return ContextValue((facts.newKeySpec ?? record?.spec).map(vocabulary.name))
    case .keyUsage: return ContextValue((facts.newKeyPurpose ?? record?.purpose).map(vocabulary.name))
    case .keyOrigin: return ContextValue((facts.newKeyOrigin ?? record?.origin).map(vocabulary.name))
    case .keyringKind: return ContextValue((facts.newKeyring ?? record?.home.kind).map(vocabulary.name))
    case .vault: return ContextValue(facts.vault ?? (facts.place ?? record?.object?.place)?.vault)
    case .vaultObject: return ContextValue((facts.place ?? record?.object?.place)?.object)
    case .multiRegion: return ContextValue(reach.map { $0 != .singleRegion })
    case .multiRegionPart: return ContextValue(reach.flatMap(vocabulary.name))
    case .primaryRegion: return ContextValue(facts.primaryRegion)
    case .replicaRegion: return ContextValue(facts.replicaRegion)
    case .requestedAlias: return ContextValue(facts.requestedAlias)
    case .requestTag(let name): return value(of: name, in: facts.requestTags ?? [])
    case .tagNames: return ContextValue(facts.requestTags?.map(\.key) ?? facts.removedTagNames)
    case .deletionWindowDays: return ContextValue(facts.deletionWindowDays.map { String($0) })
    case .rotationPeriodDays: return ContextValue(facts.rotationPeriodDays.map { String($0) })
    case .granteePrincipal: return ContextValue(facts.grant?.terms.grantee)
    case .retiringPrincipal: return ContextValue(facts.grant?.terms.retiring)
    case .grantOperations: return ContextValue(facts.grant?.terms.operations.members.map(vocabulary.name))
    case .grantConstraintType:
      return ContextValue(listed: facts.grant?.terms.constraints.types.map(vocabulary.name))
    case .grantIsForService: return ContextValue(isAboutGrants ? false : nil)
    case .bypassesLockoutCheck: return ContextValue(facts.bypassesLockoutCheck)
    case .reEncryptsOnSameKey: return ContextValue(facts.reEncryptsOnSameKey)
    case .dataKeyPairSpec: return ContextValue(facts.dataKeyPairSpec.map(vocabulary.name))
    case .recipientImage: return ContextValue(facts.recipient?.image)
    case .recipientRegister(let number, let platform):
      return ContextValue(facts.recipient?.register(number, of: platform))
    case .wrappingAlgorithm, .wrappingKeySpec, .expirationModel, .validTo: return importValue(of: key)

    case .externalID: return ContextValue(facts.session?.externalID)
    case .sessionName: return ContextValue(facts.session?.name)
    case .requestedSourceIdentity: return ContextValue(facts.session?.sourceIdentity)
    case .transitiveTagNames: return ContextValue(listed: facts.session?.transitiveTagNames)
    case .policyName: return ContextValue(facts.identity?.policy)
    case .boundaryName: return ContextValue(facts.identity?.boundary)
    }
  }
}

// MARK: - Values that take more than a look

extension PolicyEvaluator {
  /// Keys are only ever asked for in their own Region.
  private var requestedRegion: ContextValue {
    if let region = request.origin.region { return .one(region) }
    return record.map { .one($0.home.region) } ?? .unknown
  }

  /// Names in conditions are the same in any case; two of a request may differ in nothing else, and then nobody knows which is meant.
  private func value(of name: String, in tags: [Tag]) -> ContextValue {
    value(of: tags, where: { AsciiFold.equal($0.key, name) }, \.value)
  }

  /// As documented, conditions don't see in which case a name is written, though ciphertexts do.
  private func contextValue(of name: String) -> ContextValue {
    value(
      of: request.facts.encryptionContext?.pairs ?? [], where: { AsciiFold.equal($0.name, name) }, \.value)
  }

  /// Nearly always there is one.
  private func value<Pair>(
    of pairs: [Pair], where isMeant: (Pair) -> Bool, _ value: (Pair) -> String
  ) -> ContextValue {
    guard let first = pairs.firstIndex(where: isMeant) else { return .absent }
    return pairs[(first + 1)...].contains(where: isMeant) ? .unknown : .one(value(pairs[first]))
  }

  /// A claim of the caller's token.
  private func claim(_ name: String) -> ContextValue {
    guard let identity = request.caller.webIdentity,
      let wanted = AsciiFold.rest(of: name, after: identity.issuer + ":")
    else { return .absent }
    let folded = IdentityName.folded(wanted)
    return identity.unread.contains(folded) ? .unknown : ContextValue(listed: identity.claims[folded])
  }

  private func importValue(of key: ConditionKey) -> ContextValue {
    switch (request.facts.importing, key) {
    case (.parameters(let algorithm, _), .wrappingAlgorithm): ContextValue(vocabulary.name(of: algorithm))
    case (.parameters(_, let importKey), .wrappingKeySpec):
      ContextValue(vocabulary.name(of: importKey.keySpec))
    case (.material(let expiry), .expirationModel):
      ContextValue(vocabulary.expirationModel(expires: expiry != nil))
    case (.material(let expiry), .validTo): ContextValue(expiry.map { String($0.seconds) })
    case (_, _): .absent
    }
  }

  /// Absent unless the algorithm is of the kind that the condition key is about.
  private func value(of algorithm: KeyAlgorithm?, where isOfKind: (KeyAlgorithm) -> Bool) -> ContextValue {
    guard let algorithm, isOfKind(algorithm) else { return .absent }
    return ContextValue(vocabulary.name(of: algorithm))
  }

  private var reach: KeyReach? { request.facts.newKeyReach ?? record?.reach }

  private var isAboutGrants: Bool { [.createGrant, .listGrants, .revokeGrant].contains(request.action) }

  private var resourceTags: [Tag] {
    switch request.resource {
    case .key(let key), .grant(_, let key): key.record.tags
    case .identity(let identity): identity.tags
    case .newKey, .alias, .account, .server: []
    }
  }

  private var record: KeyRecord? {
    request.resource.key?.record
  }
}

extension Caller {
  package enum Kind: Sendable {
    case root
    case user
    case roleSession
    case federatedUser
  }

  package var kind: Kind {
    switch session?.kind {
    case .role: .roleSession
    case .federated: .federatedUser
    case .user, nil: isRoot ? .root : .user
    }
  }

  /// A session of a role is called by its role.
  fileprivate var nameInConditions: String {
    if case .role(let role) = session?.kind { return role }
    return principal
  }
}

extension Instant {
  /// Since the Unix epoch; what is beyond whole seconds is dropped.
  fileprivate var seconds: Int64 { milliseconds / 1000 }
}

/// Names that are the same whatever the case of their ASCII letters is.
enum AsciiFold {
  static func equal(_ one: String, _ other: String) -> Bool {
    let (one, other) = (one.utf8.span, other.utf8.span)
    guard one.count == other.count else { return false }
    for index in one.indices where !isSame(one[index], other[index]) { return false }
    return true
  }

  /// nil when the text begins otherwise.
  static func rest(of text: String, after prefix: String) -> String? {
    guard text.utf8.count >= prefix.utf8.count, zip(text.utf8, prefix.utf8).allSatisfy(isSame) else {
      return nil
    }
    return String(Substring(text.utf8.dropFirst(prefix.utf8.count)))
  }

  private static func isSame(_ one: UInt8, _ other: UInt8) -> Bool { folded(one) == folded(other) }

  private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
