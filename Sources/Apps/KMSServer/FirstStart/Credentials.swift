/// An access key in clear: made here, or given to a development server by its environment, never by a flag.
package struct Credentials: Sendable, Equatable {
  package let accessKeyID: String
  package let secretAccessKey: String

  init(accessKeyID: String, secretAccessKey: String) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
  }

  package static let identifierVariable = "CLAVIGER_DEV_ACCESS_KEY_ID"
  package static let secretVariable = "CLAVIGER_DEV_SECRET_ACCESS_KEY"

  /// - Returns: nil when the environment has none.
  /// - Throws: `Problem` when only one of the two is there, or one is malformed, or this is no development server.
  package init?(_ environment: [String: String], isDevelopment: Bool) throws {
    switch (environment[Credentials.identifierVariable], environment[Credentials.secretVariable]) {
    case (.none, .none): return nil
    case (.some(let id), .some(let secret)):
      guard isDevelopment else {
        throw Problem(
          "\(Credentials.identifierVariable) is for development servers", remedy: "unset it, or add --dev")
      }
      guard AccessKeyText.isAccessKeyID(id), AccessKeyText.isSecret(secret) else {
        throw Problem(
          "the fixed access key is malformed",
          remedy:
            "an id is 16 to 128 letters, digits and _; a secret 16 to 128 characters without spaces or quotes"
        )
      }
      accessKeyID = id
      secretAccessKey = secret
    case (.some, .none), (.none, .some):
      throw Problem(
        "half a fixed access key is set",
        remedy: "set both \(Credentials.identifierVariable) and \(Credentials.secretVariable), or neither")
    }
  }
}
