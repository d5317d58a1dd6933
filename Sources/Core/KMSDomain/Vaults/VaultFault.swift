/// What can go wrong with vaults and what is in them; see `KMSError`.
package enum VaultFault: Equatable, Sendable {
  /// None of that name, or one that was deleted.
  case notFound(String)
  case nameInUse(String)
  case invalidName(String)
  case isDeleted(String)
  case isNotDeleted(String)
  /// Deleted objects wait for their time there.
  case purgeProtected(String)
  /// What may not be so: the property, as people call it.
  case invalid(String)
  case tooMany(String)
  case roleNotFound(String)
  case roleInUse(String)
  case assignmentNotFound(String)
  case assignmentExists(String)
  /// Nothing of that name in the vault.
  case itemNotFound(VaultPlace)
  case versionNotFound(VaultPlace, version: String)
  /// The name is taken by something that was deleted and can be recovered.
  case itemIsDeleted(VaultPlace)
  /// Nothing of that name was deleted.
  case itemIsNotDeleted(VaultPlace)
  case itemExists(VaultPlace)
  /// A key can't have a name there: it isn't of the vault's account and Region, of no kind that vaults have, at home in one, or at its end.
  case notAdoptable(String)

  /// See `KMSError.code`.
  package var code: String {
    switch self {
    case .notFound: "vaultNotFound"
    case .nameInUse: "vaultNameInUse"
    case .invalidName: "invalidVaultName"
    case .isDeleted: "vaultIsDeleted"
    case .isNotDeleted: "vaultIsNotDeleted"
    case .purgeProtected: "purgeProtected"
    case .invalid: "invalidVaultProperty"
    case .tooMany: "tooManyInVault"
    case .roleNotFound: "vaultRoleNotFound"
    case .roleInUse: "vaultRoleInUse"
    case .assignmentNotFound: "roleAssignmentNotFound"
    case .assignmentExists: "roleAssignmentExists"
    case .itemNotFound: "vaultItemNotFound"
    case .versionNotFound: "vaultVersionNotFound"
    case .itemIsDeleted: "vaultItemIsDeleted"
    case .itemIsNotDeleted: "vaultItemIsNotDeleted"
    case .itemExists: "vaultItemExists"
    case .notAdoptable: "notAdoptable"
    }
  }
}
