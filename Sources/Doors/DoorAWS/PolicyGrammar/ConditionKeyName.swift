import KMSDomain

/// The name of a condition key: a vendor, a colon and the key, in any case. What follows the name of a family
/// (`kms:EncryptionContext:`, `aws:ResourceTag/`) is a name of the caller's and keeps its case.
struct ConditionKeyName {
  let key: ConditionKey
  /// False for keys that AWS sets on every request and this version doesn't know the value of. Treating those as absent
  /// would let a Deny slip, so that no test on them can be evaluated.
  let isComputed: Bool

  /// - Returns: nil without a vendor or a name.
  init?(_ written: String) {
    let parts = written.utf8.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let vendor = parts.first, let name = parts.last, !vendor.isEmpty, !name.isEmpty
    else {
      return nil
    }
    let folded = ConditionKeyName.fold(written)
    isComputed = !ConditionKeyName.uncomputed.contains(folded)
    key = ConditionKeyName.single[folded] ?? ConditionKeyName.member(of: written, folded) ?? .unknown(written)
  }

  /// ASCII letters only, so that the length in bytes stays.
  private static func fold(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  private static func member(of written: String, _ folded: String) -> ConditionKey? {
    for family in families where folded.utf8.starts(with: family.prefix.utf8) {
      return family.make(String(Substring(written.utf8.dropFirst(family.prefix.utf8.count))))
    }
    return nil
  }

  private static let single: [String: ConditionKey] = [
    "aws:principalaccount": .callerAccount,
    "aws:principalarn": .principalName,
    "aws:securetransport": .secureTransport,
    "aws:tagkeys": .tagNames,
    "aws:userid": .principalID,
    "aws:username": .userName,
    "kms:bypasspolicylockoutsafetycheck": .bypassesLockoutCheck,
    "kms:calleraccount": .callerAccount,
    "kms:customermasterkeyspec": .keySpec,
    "kms:customermasterkeyusage": .keyUsage,
    "kms:datakeypairspec": .dataKeyPairSpec,
    "kms:encryptionalgorithm": .encryptionAlgorithm,
    "kms:encryptioncontextkeys": .encryptionContextNames,
    "kms:expirationmodel": .expirationModel,
    "kms:grantconstrainttype": .grantConstraintType,
    "kms:granteeprincipal": .granteePrincipal,
    "kms:grantisforawsresource": .grantIsForService,
    "kms:grantoperations": .grantOperations,
    "kms:keyagreementalgorithm": .keyAgreementAlgorithm,
    "kms:keyorigin": .keyOrigin,
    "kms:keyspec": .keySpec,
    "kms:keyusage": .keyUsage,
    "kms:macalgorithm": .macAlgorithm,
    "kms:messagetype": .messageForm,
    "kms:multiregion": .multiRegion,
    "kms:multiregionkeytype": .multiRegionPart,
    "kms:primaryregion": .primaryRegion,
    "kms:recipientattestation:imagesha384": .recipientImage,
    "kms:reencryptonsamekey": .reEncryptsOnSameKey,
    "kms:replicaregion": .replicaRegion,
    "kms:requestalias": .requestedAlias,
    "kms:retiringprincipal": .retiringPrincipal,
    "kms:rotationperiodindays": .rotationPeriodDays,
    "kms:schedulekeydeletionpendingwindowindays": .deletionWindowDays,
    "kms:signingalgorithm": .signingAlgorithm,
    "kms:validto": .validTo,
    "kms:wrappingalgorithm": .wrappingAlgorithm,
    "kms:wrappingkeyspec": .wrappingKeySpec,
  ]

  private struct Family: Sendable {
    let prefix: String
    /// nil for what is no name of the family.
    let make: @Sendable (String) -> ConditionKey?
  }

  private static let families = [
    Family(prefix: "kms:encryptioncontext:") { .encryptionContext($0) },
    Family(prefix: "aws:resourcetag/") { .resourceTag($0) },
    Family(prefix: "aws:requesttag/") { .requestTag($0) },
    Family(prefix: "kms:recipientattestation:pcr") { register($0, of: .enclave) },
    Family(prefix: "kms:recipientattestation:nitrotpmpcr") { register($0, of: .measuredMachine) },
  ]

  /// Numbers as AWS writes them: no zeros in front.
  private static func register(_ text: String, of platform: Recipient.Platform) -> ConditionKey? {
    guard let number = UInt8(text), String(number) == text else { return nil }
    return .recipientRegister(Int(number), of: platform)
  }

  private static let uncomputed: Set<String> = [
    "aws:currenttime", "aws:epochtime", "aws:principalisawsservice", "aws:principaltype",
    "aws:requestedregion",
    "aws:resourceaccount", "aws:sourceip", "aws:useragent", "aws:viaawsservice",
    "kms:resourcealiases",
  ]
}
