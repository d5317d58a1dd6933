import KMSDomain

/// What an error of the engine says to a person at the command line.
enum AdminFaultText {
  static func message(_ error: KMSError) -> String {
    if case .identity(let fault) = error { return message(fault) }
    if case .vault(let fault) = error { return message(fault) }
    if case .object(.nameTaken(let name)) = error { return "there is a \(name) already" }
    if case .keyNotFound(let name) = error { return "there is no key \(name) here" }
    if case .aliasNotFound(let name) = error { return "there is no \(name) here" }
    if case .malformedPolicy(let reason) = error { return reason }
    if error == .contention { return "others are changing the same thing; try again" }
    return error.isOurFault ? "the server could not do it; its log says why" : "the server refused"
  }

  private static func message(_ fault: IdentityFault) -> String {
    switch fault {
    case .notFound(let kind, let name): "there is no \(word(kind)) \(name) in this account"
    case .exists(let kind, let name): "there is a \(word(kind)) \(name) already"
    case .holds: "it still has something, which must be taken away first"
    case .inlinePolicyNotFound, .policyNotAttached: "it doesn't have that"
    case .policyNotAttachable(let name): "there is no policy \(name)"
    case .loginProfileNotFound(let name): "\(name) has no password"
    case .versionNotFound(_, let version): "there is no version \(version)"
    case .defaultVersion: "the version in force can't be removed"
    case .accessKeyNotFound(let id): "there is no access key \(id) of theirs"
    case .unknownPrincipal(let name): "there is nobody called \(name)"
    case .certificateNotFound(""): "it has no client certificate that could be revoked"
    case .certificateNotFound(let fingerprint): "there is no client certificate \(fingerprint) of theirs"
    case .certificateExists(let fingerprint):
      "the certificate \(fingerprint) is somebody's already, or was revoked; make another"
    case .certificateExpired(let fingerprint): "the certificate \(fingerprint) has expired; make another"
    case .applicationNotFound(let id): "there is no application \(id) in this account"
    case .applicationCredentialNotFound(let id): "the application has no credential \(id)"
    case .applicationCredential(.exists): "the application has that credential already"
    case .applicationCredential(.expired): "the time of that credential is over"
    case .applicationCredential(.text):
      "names, issuers, subjects and audiences have 1 to \(Application.longestText) bytes"
    case .boundaryNotFound(let name): "\(name) has no boundary"
    case .inlinePoliciesTooLong(_, _, let most):
      "policies for single keys are limited to \(most) characters in all: name fewer keys"
    case .tooMany(.accessKeys, let most): "\(most) access keys are the most; delete one first"
    case .tooMany(.clientCertificates, let most):
      "\(most) client certificates are the most; revoke one first"
    case .tooMany(_, let most): "no more than \(most) are possible"
    case .builtIn: "what every account has can't be changed"
    }
  }

  private static func message(_ fault: VaultFault) -> String {
    switch fault {
    case .notFound(let name): "there is no vault \(name) in this account"
    case .nameInUse(let name): "there is a vault \(name) already, maybe of another account"
    case .invalidName(let name): "no vault can be called \(name)"
    case .isDeleted(let name): "the vault \(name) is deleted already"
    case .isNotDeleted(let name): "the vault \(name) isn't deleted"
    case .purgeProtected(let name): "what is deleted in \(name) has to wait for its time"
    case .invalid(let property): "the \(property) can't be so"
    case .tooMany(let what): "no more \(what) are possible"
    case .roleNotFound(let id): "there is no role \(id)"
    case .roleInUse(let id): "the role \(id) is assigned to somebody"
    case .assignmentNotFound(let id): "there is no role assignment \(id)"
    case .assignmentExists(let id): "it has that role there already, by \(id)"
    case .itemNotFound(let place), .versionNotFound(let place, _): "there is no \(place.object) in the vault"
    case .itemIsDeleted(let place): "\(place.object) is deleted"
    case .itemIsNotDeleted(let place): "\(place.object) isn't deleted"
    case .itemExists(let place): "there is \(place.object) already"
    case .notAdoptable(let key):
      "\(key) can't be adopted: that takes a key that was made over AWS or KMIP in the vault's account and Region, isn't to be destroyed, "
        + "and is of a kind that vaults have"
    }
  }

  private static func word(_ kind: IdentityKind) -> String {
    switch kind {
    case .root: "account"
    case .user: "user"
    case .group: "group"
    case .role: "role"
    case .policy: "policy"
    case .provider: "issuer"
    }
  }
}
