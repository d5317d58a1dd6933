extension VaultDoor {
  /// Who answers for what, by the first segment of paths in lower case.
  static let collections: [String: any VaultCollection] = [
    "secrets": Secrets(), "deletedsecrets": DeletedSecrets(),
    "keys": Keys(), "deletedkeys": DeletedKeys(), "rng": RandomBytes(), "settings": VaultSettings(),
    "backup": FullBackups(), "prebackup": FullBackups(), "restore": FullBackups(),
    "prerestore": FullBackups(), "batch": Batch(),
  ]

  /// What Azure has there and this server hasn't.
  static let absent: [String: String] = [
    "certificates": "Certificates", "deletedcertificates": "Certificates", "storage": "Storage accounts",
    "securitydomain": "Security domains", "ekm": "External key managers",
  ]

  /// Who answers at a path. Roles stand behind the place where they are given, so that the first segment isn't enough.
  static func collection(_ segments: [String]) -> (any VaultCollection)? {
    if let path = RolePath(segments) { return Roles(path: path) }
    return segments.first.flatMap { collections[$0] }
  }
}
