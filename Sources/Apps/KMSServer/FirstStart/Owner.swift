package import KMSDomain
import KMSSystem

/// The account and the first principal of a server, kept beside the database so that commands can name them. Not secret,
/// and nothing is allowed because of it.
package struct Owner: Sendable, Equatable {
  package let account: AccountID
  package let principal: IdentityID

  package init(account: AccountID, principal: IdentityID) {
    self.account = account
    self.principal = principal
  }

  package init(reading directory: DataDirectory) throws {
    let file = try KeyValueFile(reading: directory.owner)
    guard let account = file["account"].flatMap({ AccountID($0) }), let principal = file["principal"] else {
      throw Problem("\(directory.owner) is damaged", remedy: "restore it from a backup")
    }
    self.init(account: account, principal: IdentityID(principal))
  }

  func write(to directory: DataDirectory) throws {
    try KeyValueFile([("account", account.text), ("principal", principal.text)]).write(to: directory.owner)
  }
}
