import AdminAPI
import KMSDomain
import KMSEngine

// Names as people write them, each refused in words that say what to write instead.
extension AdminCall {
  func account(_ text: String?, _ operation: String) async throws -> AccountID {
    guard let text else { return desk.account }
    guard let account = AccountID(text) else {
      throw try await refuse(.invalidRequest("an account is 12 digits"), operation: operation)
    }
    return account
  }

  func require(principalName text: String, _ operation: String) async throws {
    guard desk.words.isPrincipalName(text) else {
      throw try await refuse(
        .invalidRequest("a name has 1 to 64 letters, digits and any of _ + = , . @ -"), operation: operation)
    }
  }

  func roles(_ names: [String], _ operation: String) async throws -> [ReadyMadeRole] {
    var roles: [ReadyMadeRole] = []
    for name in names {
      guard let role = desk.words.readyMadeRoles.first(where: { $0.name == name }) else {
        let known = desk.words.readyMadeRoles.map(\.name).joined(separator: ", ")
        throw try await refuse(
          .invalidRequest("there is no ready-made role \(name); there are \(known)"), operation: operation)
      }
      roles.append(role)
    }
    return roles
  }

  /// What ready-made roles give: on all keys, or on those alone.
  func policies(
    _ names: [String], on keys: [String], of account: AccountID, in region: String?, _ operation: String
  ) async throws -> PoliciesToGive {
    let roles = try await roles(names, operation)
    guard !keys.isEmpty else { return .readyMade(roles.map(\.policy)) }
    guard !roles.isEmpty else {
      throw try await refuse(
        .invalidRequest("keys limit a role: say which one, for example key-user"), operation: operation)
    }
    let words = desk.words
    for role in roles where words.limiting(role, to: []) == nil {
      throw try await refuse(
        .invalidRequest("\(role.name) is about more than keys, and can't be limited to some"),
        operation: operation)
    }
    let references = try await references(keys, of: account, in: region, operation)
    return .limited(to: references) { names in
      roles.compactMap { role in
        words.limiting(role, to: names).map {
          IdentityRecord.InlinePolicy(name: role.inlineName, document: $0)
        }
      }
    }
  }

  func references(
    _ keys: [String], of account: AccountID, in region: String?, _ operation: String
  ) async throws -> [KeyReference] {
    let region = region ?? desk.connection().region
    var references: [KeyReference] = []
    for text in keys {
      guard let reference = desk.words.key(text, of: account, in: region) else {
        throw try await refuse(
          .invalidRequest("\(text) is no key id, alias or key ARN of \(region)"), operation: operation)
      }
      references.append(reference)
    }
    return references
  }

  func name(of record: IdentityRecord) -> String { desk.engine.desk.vocabulary.name(of: record) }
}
