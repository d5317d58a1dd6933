/// What access policies of vaults can permit, as Azure names it: collection and permission, in lower case.
package enum AccessPermissions {
  package static let keys = [
    "get", "list", "create", "import", "update", "delete", "recover", "purge", "backup", "restore", "rotate",
    "release", "getrotationpolicy", "setrotationpolicy", "encrypt", "decrypt", "wrapkey", "unwrapkey", "sign",
    "verify",
  ]

  package static let secrets = [
    "get", "list", "set", "delete", "recover", "purge", "backup", "restore",
  ]

  /// Of both collections, and all of one.
  package static let names: Set<String> = Set(
    keys.map { "keys/" + $0 } + secrets.map { "secrets/" + $0 } + ["keys/all", "secrets/all"])
}
