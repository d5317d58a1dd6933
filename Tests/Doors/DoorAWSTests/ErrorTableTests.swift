import KMSDomain
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Error table")
struct ErrorTableTests {
  static let arn = Samples.keyARN
  static let alias = NamesTests.home + "alias/x"
  static let refusal = KMSError.Denial(
    action: .encrypt, principal: "arn:aws:iam::111122223333:user/alice", resource: arn,
    decision: Decision(isAllowed: false, ground: .noIdentityStatement), hadKeyPolicy: true, named: "alias/x",
    isForeign: false)

  /// One of each. `row` breaks when a case is added, and then the new case belongs here too.
  static let errors: [KMSError] = [
    .keyNotFound(NamesTests.id), .aliasNotFound("alias/x"), .aliasExists("alias/x"), .keyDestroyed(arn),
    .denied(refusal), .ciphertextKeyInaccessible, .policyLockout, .malformedPolicy("why"), .keyDisabled(arn),
    .keyPendingDeletion(arn), .keyNotPendingDeletion(arn), .keyPendingImport(arn),
    .aliasTargetMismatch("alias/x"),
    .invalidCiphertext, .incorrectKey,
    .invalidKeyUsage(key: arn, usages: [.sign, .verify], action: .encrypt), .noPublicKey(arn),
    .contextUnsupported(.rsa2048), .tooBusy, .tooManyTags,
    .tooManyAliases(arn),
    .invalidMarker, .dryRun, .contention, .corrupt(.keyRecord), .storeUnavailable, .auditUnavailable,
    .custodyUnavailable, .permitMismatch, .incompatibleAlgorithm(.mac(.hmacSHA256), .hmac224),
    .incompatibleMessageForm(.digest, .mlDSA44), .invalidDigestLength(.ecdsaSHA256),
    .plaintextTooLong(.rsaOAEPSHA1, .rsa2048, limit: 214), .invalidSignature, .invalidMAC, .invalidPublicKey,
    .unsupportedAlgorithm("why"), .invalidImportToken, .expiredImportToken, .incorrectKeyMaterial,
    .incompatibleImport(.rsaOAEPSHA256, .rsa2048, .p521),
    .rotationUnsupported(arn), .rotationImminent(arn), .rotationNotDue(arn), .tooManyRotations(arn),
    .grantNotFound("ab"), .invalidGrantToken, .unsupportedGrantOperation(.sign, key: arn),
    .unsupportedGrantConstraint(key: arn), .tooManyGrants, .customKeyStore(.tooMany),
    .identity(.notFound(.user, "bob")),
    .attestation(.noPublicKey), .keyNotPrimary(arn), .keyNotReplica(arn), .relatedKeyExists(arn),
    .tooManyReplicas(arn),
    .wrongOrigin(arn, .generated), .invalidExpiry, .singleMaterial(.hmac256),
    .otherMaterialPending(key: NamesTests.id, new: "aa", pending: "bb"), .noMaterialPending(arn),
    .materialNotFound("aa"), .materialNotExpired(arn), .tooManyKeys(most: 101, present: 101), .throttled,
    .seedContradiction(.material), .session(.tooLongInChain), .object(.archived(arn)),
    .cryptography(.tagLength), .vault(.tooMany("roles")),
  ]

  private struct Row {
    let number: Int
    let type: String
    /// nil: no message member.
    let message: String?
    var status = 400

    init(_ number: Int, _ type: String, _ message: String?, _ status: Int = 400) {
      self.number = number
      self.type = type
      self.message = message
      self.status = status
    }
  }

  private static func row(_ error: KMSError) -> Row {
    switch error {
    case .vault:
      Row(70, "ValidationException", "The request is not valid for what is in a vault.")
    case .object: Row(69, "KMSInvalidStateException", "\(arn) is in the archive.")
    case .session:
      Row(
        67, "ValidationException",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
    case .keyNotFound: Row(0, "NotFoundException", "Key '\(arn)' does not exist")
    case .aliasNotFound: Row(1, "NotFoundException", "Alias \(alias) is not found.")
    case .aliasExists: Row(2, "AlreadyExistsException", "An alias with the name \(alias) already exists")
    case .keyDestroyed: Row(3, "NotFoundException", "Key '\(arn)' does not exist")
    case .denied:
      Row(
        4, "AccessDeniedException",
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: kms:Encrypt on resource: \(arn) "
          + "because no identity-based policy allows the kms:Encrypt action")
    case .ciphertextKeyInaccessible:
      Row(
        5, "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you "
          + "are not allowed to access.")
    case .policyLockout:
      Row(
        6, "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.")
    case .malformedPolicy: Row(7, "MalformedPolicyDocumentException", "why")
    case .keyDisabled: Row(8, "DisabledException", "\(arn) is disabled.")
    case .keyPendingDeletion: Row(9, "KMSInvalidStateException", "\(arn) is pending deletion.")
    case .keyNotPendingDeletion: Row(10, "KMSInvalidStateException", "\(arn) is not pending deletion.")
    case .keyPendingImport: Row(11, "KMSInvalidStateException", "\(arn) is pending import.")
    case .aliasTargetMismatch:
      Row(
        12, "ValidationException",
        "Alias \(alias) can only be updated to a KMS key of the same type and key usage.")
    case .invalidCiphertext: Row(13, "InvalidCiphertextException", nil)
    case .incorrectKey:
      Row(
        14, "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.")
    case .invalidKeyUsage:
      Row(
        15, "InvalidKeyUsageException",
        "\(arn) key usage is SIGN_VERIFY which is not valid for Encrypt.")
    case .noPublicKey: Row(47, "UnsupportedOperationException", nil)
    case .contextUnsupported:
      Row(48, "ValidationException", "An encryption context is not valid for key spec RSA_2048.")
    case .tooBusy:
      Row(
        49, "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.")
    case .tooManyTags: Row(16, "TagException", "Too many tags")
    case .tooManyAliases:
      Row(17, "LimitExceededException", "The maximum number of aliases for \(arn) was reached.")
    case .invalidMarker: Row(18, "InvalidMarkerException", "The marker is not valid.")
    case .dryRun:
      Row(19, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
    case .contention: opaque(20)
    case .corrupt: opaque(21)
    case .storeUnavailable: timeout(22)
    case .auditUnavailable: timeout(23)
    case .custodyUnavailable:
      Row(
        24, "KeyUnavailableException",
        "The request was rejected because the specified KMS key was not available. You can retry the request.",
        500)
    case .permitMismatch: opaque(25)
    case .incompatibleAlgorithm:
      Row(26, "InvalidKeyUsageException", "Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.")
    case .incompatibleMessageForm:
      Row(27, "ValidationException", "Message type DIGEST is incompatible with key spec ML_DSA_44.")
    case .invalidDigestLength:
      Row(28, "ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256.")
    case .plaintextTooLong:
      Row(
        29, "ValidationException",
        "Algorithm RSAES_OAEP_SHA_1 and key spec RSA_2048 cannot encrypt data larger than 214 bytes.")
    case .invalidSignature: Row(30, "KMSInvalidSignatureException", nil)
    case .invalidMAC: Row(31, "KMSInvalidMacException", nil)
    case .invalidPublicKey: Row(32, "ValidationException", "The public key is not valid.")
    case .unsupportedAlgorithm: Row(33, "UnsupportedOperationException", "why")
    case .invalidImportToken: Row(34, "InvalidImportTokenException", nil)
    case .expiredImportToken: Row(35, "ExpiredImportTokenException", nil)
    case .incorrectKeyMaterial: Row(36, "IncorrectKeyMaterialException", nil)
    case .incompatibleImport:
      Row(
        37, "ValidationException",
        "Wrapping algorithm RSAES_OAEP_SHA_256 and wrapping key spec RSA_2048 cannot import key material of "
          + "key spec ECC_NIST_P521.")
    case .rotationUnsupported: Row(38, "UnsupportedOperationException", nil)
    case .rotationImminent:
      Row(
        39, "ConflictException",
        "The request was rejected because an automatic rotation of this key is currently in progress or scheduled to "
          + "begin within the next 20 minutes.")
    case .rotationNotDue: opaque(40)
    case .tooManyRotations:
      Row(
        41, "LimitExceededException",
        "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be "
          + "performed for this key: \(arn)")
    case .grantNotFound: Row(42, "NotFoundException", "Grant ID ab not found")
    case .invalidGrantToken:
      Row(
        43, "InvalidGrantTokenException",
        "The request was rejected because the specified grant token is not valid.")
    case .unsupportedGrantOperation:
      Row(44, "ValidationException", "The grant operation Sign is not supported by the key \(arn).")
    case .unsupportedGrantConstraint:
      Row(45, "ValidationException", "Encryption context constraints are not supported by the key \(arn).")
    case .tooManyReplicas:
      Row(62, "LimitExceededException", "The maximum number of replicas of \(arn) was reached.")
    case .tooManyGrants:
      Row(46, "LimitExceededException", "The maximum number of grants for this key was reached.")
    // The rest of them are in `KeyStoreErrorTests`.
    case .customKeyStore:
      Row(50, "LimitExceededException", "The maximum number of custom key stores was reached.")
    case .identity:
      Row(65, "NoSuchEntity", "The user with name bob cannot be found.", 404)
    case .attestation:
      Row(51, "ValidationException", "The attestation document does not contain a public key.")
    case .keyNotPrimary:
      Row(52, "UnsupportedOperationException", "\(arn) is not a multi-region primary key.")
    case .keyNotReplica:
      Row(53, "UnsupportedOperationException", "\(arn) is not a multi-region replica key.")
    case .relatedKeyExists: Row(54, "AlreadyExistsException", "Key '\(arn)' already exists")
    case .wrongOrigin:
      Row(
        55, "UnsupportedOperationException",
        "\(arn) origin is AWS_KMS which is not valid for this operation.")
    case .invalidExpiry:
      Row(
        56, "ValidationException",
        "The validTo date must be in the future, and at most 365 days from now")
    case .singleMaterial:
      Row(
        57, "UnsupportedOperationException",
        "ImportType, KeyMaterialId and KeyMaterialDescription are not valid for keys of key spec HMAC_256.")
    case .otherMaterialPending:
      Row(
        58, "KMSInvalidStateException",
        "New key material (id: aa) cannot be imported into KMS key \(NamesTests.id), because another key material "
          + "(id: bb) is pending rotation.")
    case .noMaterialPending:
      Row(
        59, "KMSInvalidStateException",
        "No available key material pending rotation for the key: \(arn).")
    case .materialNotFound: Row(60, "NotFoundException", "Key material 'aa' does not exist")
    case .materialNotExpired: opaque(61)
    case .tooManyKeys:
      Row(
        63, "LimitExceededException",
        "Key quota for this account in this region is 101 but the current usage is 101.")
    case .throttled:
      Row(
        64, "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.")
    case .seedContradiction: opaque(66)
    case .cryptography: opaque(68)
    }
  }

  private static func opaque(_ number: Int) -> Row {
    Row(
      number, "KMSInternalException",
      "The request was rejected because an internal exception occurred. The request can be retried.", 500)
  }

  private static func timeout(_ number: Int) -> Row {
    Row(
      number, "DependencyTimeoutException",
      "The system timed out while trying to fulfill the request. You can retry the request.", 500)
  }

  @Test("each error of the engine has its form on the wire", arguments: errors)
  func wire(error: KMSError) {
    let row = Self.row(error)
    #expect(AWSError(error, in: Samples.keyring) == AWSError(row.type, row.message, status: row.status))
  }

  @Test("none is forgotten")
  func complete() {
    #expect(Self.errors.map { Self.row($0).number }.sorted() == Array(0..<71))
  }

  @Test("names stay as they were written where they are whole, or where nobody knows the keyring")
  func names() {
    #expect(
      AWSError(.keyNotFound(Self.arn), in: Samples.keyring).message == "Key '\(Self.arn)' does not exist")
    #expect(AWSError(.keyNotFound("x")).message == "Key 'x' does not exist")
  }

  private static let same = "arn:aws:iam::111122223333:user/alice"
  private static let other = "arn:aws:iam::444455556666:user/eve"
  private static let foreign =
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    + "or a resource-based policy explicitly denies access"

  @Test(
    "a refusal says which kind of policy decided, and less to strangers",
    arguments: [
      (
        same, arn, Decision.Ground.identityPolicy(policy: "p", statement: "s"),
        "with an explicit deny in an identity-based policy"
      ),
      (same, arn, .noIdentityStatement, "because no identity-based policy allows the kms:Decrypt action"),
      (same, arn, .keyPolicy("s"), "with an explicit deny in a resource-based policy"),
      (same, arn, .noKeyPolicyStatement, "because no resource-based policy allows the kms:Decrypt action"),
      (same, arn, .boundary(policy: "p", statement: "s"), "with an explicit deny in a permissions boundary"),
      (same, arn, .sessionPolicy(policy: "p", statement: "s"), "with an explicit deny in a session policy"),
      (same, arn, .noBoundaryStatement, "because no permissions boundary allows the kms:Decrypt action"),
      (same, arn, .noSessionStatement, "because no session policy allows the kms:Decrypt action"),
      (same, arn, .trust("s"), "with an explicit deny in the role trust policy"),
      (same, arn, .noTrustStatement, "because no role trust policy allows the kms:Decrypt action"),
      (other, arn, .keyPolicy("s"), foreign), (other, arn, .noKeyPolicyStatement, foreign),
      (other, arn, .noIdentityStatement, "because no identity-based policy allows the kms:Decrypt action"),
      (same, "*", .noIdentityStatement, "because no identity-based policy allows the kms:Decrypt action"),
    ])
  func denial(principal: String, resource: String, ground: Decision.Ground, reason: String) {
    let denial = KMSError.Denial(
      action: .decrypt, principal: principal, resource: resource,
      decision: Decision(isAllowed: false, ground: ground), hadKeyPolicy: true, named: Self.arn,
      isForeign: principal == Self.other)
    let opening = "User: \(principal) is not authorized to perform: kms:Decrypt on resource: \(resource) "
    #expect(AWSError(.denied(denial)).message == opening + reason)
  }

  @Test(
    "the Query protocol has its own words",
    arguments: [
      (AWSError.missingAuthentication, "MissingAuthenticationToken", 403),
      (.unknownAccessKey, "InvalidClientTokenId", 403), (.signatureMismatch, "SignatureDoesNotMatch", 403),
      (.incompleteSignature("x"), "IncompleteSignature", 400), (.internalError, "InternalFailure", 500),
      (.dependencyTimeout, "ServiceUnavailable", 503), (.unknownOperation, "InvalidAction", 400),
      (.tags("x"), "Tag", 400), (.serialization("x"), "MalformedInput", 400),
    ])
  func query(error: AWSError, type: String, status: Int) {
    #expect(error.inQueryProtocol.type == type)
    #expect(error.inQueryProtocol.status == status)
  }

  @Test("long text of the caller is cut in messages")
  func quoted() {
    let long = String(repeating: "a", count: 10_000)
    #expect(AWSError.invalidKeyID(long).message?.utf8.count == 4096 + "Invalid keyId ''".utf8.count)
  }
}
