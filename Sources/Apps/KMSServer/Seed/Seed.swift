import KMSDomain

/// What a development server's seed file asks for: accounts with their access keys, and keys. docs/seed-file.md describes it.
struct Seed: Sendable {
  /// What messages call the file.
  let name: String
  /// In the order of the file. The first is the server's own on first start, unless the configuration names one.
  let accounts: [Account]
  let keys: [Key]

  struct Account: Sendable {
    let id: AccountID
    let accessKeys: [AccessKey]
  }

  struct AccessKey: Sendable {
    let credentials: Credentials
    let line: Int
  }

  struct Key: Sendable {
    let seed: KeySeed
    let line: Int
  }

  func credentials(of account: AccountID?) -> Credentials? {
    accounts.first { $0.id == account }?.accessKeys.first?.credentials
  }
}

/// What an entry of the file leaves out.
struct SeedDefaults: Sendable {
  /// For a file without accounts.
  let account: AccountID
  let region: String

  /// Of a directory that is about to be made, when nobody names an account: always the same, because what is encrypted under
  /// seeded keys opens in the same account only.
  static func fixedAccount() throws -> AccountID {
    guard let account = AccountID("000000000000") else { throw KMSError.custodyUnavailable }
    return account
  }
}

/// What is wrong at one place of the file. The text never repeats a secret.
struct SeedProblem: Error, Equatable {
  let line: Int
  let text: String

  init(_ line: Int, _ text: String) {
    self.line = line
    self.text = text
  }
}
