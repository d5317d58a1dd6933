import AdminAPI
import KMSDomain
import KMSEngine

extension AdminCall {
  func createAccessKey(_ wanted: IdentityRequest) async throws -> CreatedAccessKey {
    let account = try await account(wanted.account, "CreateAccessKey")
    let made = try await run(CreateAccessKey(IdentityName(.user, wanted.name, in: account)))
    return CreatedAccessKey(
      account: account.text, accessKey: try issued(made.key, made.secret), connection: desk.connection())
  }

  func updateAccessKey(_ wanted: AccessKeyRequest) async throws -> Done {
    let operation = "UpdateAccessKey"
    let account = try await account(wanted.account, operation)
    guard let isActive = wanted.isActive else {
      throw try await refuse(.invalidRequest("say whether the key is to sign"), operation: operation)
    }
    let user = IdentityName(.user, wanted.user, in: account)
    try await run(UpdateAccessKey(wanted.accessKeyID, of: user, isActive: isActive))
    return Done()
  }

  func deleteAccessKey(_ wanted: AccessKeyRequest) async throws -> Done {
    let account = try await account(wanted.account, "DeleteAccessKey")
    try await run(
      DeleteAccessKey(wanted.accessKeyID, of: IdentityName(.user, wanted.user, in: account)))
    return Done()
  }
}
