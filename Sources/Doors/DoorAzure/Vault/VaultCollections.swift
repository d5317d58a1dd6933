extension VaultDoor {
  /// Who answers for what, by the first segment of paths in lower case.
  static let collections: [String: any VaultCollection] = [
    "secrets": Secrets(), "deletedsecrets": DeletedSecrets(),
    "keys": Keys(), "deletedkeys": DeletedKeys(), "rng": RandomBytes(),
    "batch": Batch(),
  ]

  /// What Azure has there and this server hasn't.
  static let absent: [String: String] = [
    "certificates": "Certificates", "deletedcertificates": "Certificates", "storage": "Storage accounts",
    "backup": "Full backups", "prebackup": "Full backups", "restore": "Full backups",
    "prerestore": "Full backups", "settings": "Settings", "securitydomain": "Security domains",
    "ekm": "External key managers", "providers": "Roles over this protocol",
  ]
}
