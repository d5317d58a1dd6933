import KMSDomain
import Yams

/// Reads an account of the seed file.
enum SeedAccountReader {
  static func read(_ node: Node, _ taken: inout SeedNames) throws(SeedProblem) -> Seed.Account {
    let account = try SeedMapping(node, "an account", known: ["id", "access-keys"])
    let id = try SeedAccountReader.account(try account.required("id"))
    try taken.take("account \(id.text)", at: account.line)
    var accessKeys: [Seed.AccessKey] = []
    for node in try account.list("access-keys") { accessKeys.append(try accessKey(node, &taken)) }
    return Seed.Account(id: id, accessKeys: accessKeys)
  }

  static func account(_ text: SeedText) throws(SeedProblem) -> AccountID {
    guard let account = AccountID(text.string) else {
      throw SeedProblem(text.line, "'\(text.string)' is no account id: it has 12 digits")
    }
    return account
  }

  private static func accessKey(
    _ node: Node, _ taken: inout SeedNames
  ) throws(SeedProblem) -> Seed.AccessKey {
    let accessKey = try SeedMapping(node, "an access key", known: ["id", "secret"])
    let id = try accessKey.required("id")
    let secret = try accessKey.required("secret")
    guard AccessKeyText.isSeededAccessKeyID(id.string) else {
      throw SeedProblem(id.line, "an access key id has 1 to 128 letters, digits and _")
    }
    guard AccessKeyText.isSeededSecret(secret.string) else {
      throw SeedProblem(
        secret.line, "the secret of an access key has 1 to 128 characters without spaces and quotes")
    }
    try taken.take("access key \(id.string)", at: id.line)
    return Seed.AccessKey(
      credentials: Credentials(accessKeyID: id.string, secretAccessKey: secret.string), line: accessKey.line)
  }
}
