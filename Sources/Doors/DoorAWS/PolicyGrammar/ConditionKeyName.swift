import KMSDomain

/// The name of a condition key: a vendor, a colon and the key, in any case. What follows the name of a family
/// (`kms:EncryptionContext:`, `aws:ResourceTag/`) is a name of the caller's, which conditions find in any case too.
struct ConditionKeyName {
  let key: ConditionKey
  /// The whole name in lower case: what two ways to write the same key have in common.
  let folded: String

  /// - Returns: nil without a vendor or a name.
  init?(_ written: String) {
    let parts = written.utf8.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let vendor = parts.first, let name = parts.last, !vendor.isEmpty, !name.isEmpty
    else {
      return nil
    }
    folded = ConditionKeyName.fold(written)
    key = ConditionKeyName.single[folded] ?? ConditionKeyName.member(of: written, folded) ?? .unknown(written)
  }

  /// ASCII letters only, so that the length in bytes stays.
  static func fold(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  private static func member(of written: String, _ folded: String) -> ConditionKey? {
    for family in families where folded.utf8.starts(with: family.prefix.utf8) {
      return family.make(String(Substring(written.utf8.dropFirst(family.prefix.utf8.count))))
    }
    return nil
  }

  private static let single: [String: ConditionKey] = [
    "aws:currenttime": .currentTime,
    "aws:epochtime": .epochTime,
    "aws:federatedprovider": .federationProvider,
    "aws:multifactorauthpresent": .multiFactorPresent,
    "aws:principalaccount": .callerAccount,
    "aws:principalarn": .principalName,
    "aws:principalisawsservice": .isService,
    "aws:principaltype": .principalKind,
    "aws:requestedregion": .requestedRegion,
    "aws:resourceaccount": .resourceAccount,
    "aws:securetransport": .secureTransport,
    "aws:sourceidentity": .sourceIdentity,
    "aws:sourceip": .sourceAddress,
    "aws:tagkeys": .tagNames,
    "aws:tokenissuetime": .sessionStart,
    "aws:useragent": .userAgent,
    "aws:userid": .principalID,
    "aws:username": .userName,
    "aws:viaawsservice": .isService,
    "claviger:keyringkind": .keyringKind,
    "claviger:vault": .vault,
    "claviger:vaultobject": .vaultObject,
    "iam:permissionsboundary": .boundaryName,
    "iam:policyarn": .policyName,
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
    "kms:resourcealiases": .resourceAliases,
    "kms:retiringprincipal": .retiringPrincipal,
    "kms:rotationperiodindays": .rotationPeriodDays,
    "kms:schedulekeydeletionpendingwindowindays": .deletionWindowDays,
    "kms:signingalgorithm": .signingAlgorithm,
    "kms:validto": .validTo,
    "kms:wrappingalgorithm": .wrappingAlgorithm,
    "kms:wrappingkeyspec": .wrappingKeySpec,
    "sts:externalid": .externalID,
    "sts:rolesessionname": .sessionName,
    "sts:sourceidentity": .requestedSourceIdentity,
    "sts:transitivetagkeys": .transitiveTagNames,
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
    Family(prefix: "aws:principaltag/") { .principalTag($0) },
    Family(prefix: "iam:resourcetag/") { .resourceTag($0) },
    Family(prefix: "kms:recipientattestation:pcr") { register($0, of: .enclave) },
    Family(prefix: "kms:recipientattestation:nitrotpmpcr") { register($0, of: .measuredMachine) },
  ]

  /// Numbers as AWS writes them: no zeros in front.
  private static func register(_ text: String, of platform: Recipient.Platform) -> ConditionKey? {
    guard let number = UInt8(text), String(number) == text else { return nil }
    return .recipientRegister(Int(number), of: platform)
  }
}
