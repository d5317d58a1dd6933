package struct CreatedAccessKey: Codable, Sendable, Equatable {
  package var account: String
  /// Told this once.
  package var accessKey: IssuedAccessKey
  package var connection: ClientConnection

  package init(account: String, accessKey: IssuedAccessKey, connection: ClientConnection) {
    self.account = account
    self.accessKey = accessKey
    self.connection = connection
  }
}

/// One access key of a user.
package struct AccessKeyRequest: Codable, Sendable, Equatable {
  package var account: String?
  package var user: String
  package var accessKeyID: String
  /// Whether it is to sign; not asked when it is deleted.
  package var isActive: Bool?

  package init(account: String?, user: String, accessKeyID: String, isActive: Bool?) {
    self.account = account
    self.user = user
    self.accessKeyID = accessKeyID
    self.isActive = isActive
  }
}
