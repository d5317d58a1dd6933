import Foundation
import GRDB
package import KMSDomain

extension SQLiteStore {
  package func application(_ clientID: GUID) async throws(KMSError) -> Authenticated<Application>? {
    try await one(.application, [Data(clientID.bits.bytes)]) { row, _ in try Records.application(row) }
  }

  package func application(object id: GUID) async throws(KMSError) -> Authenticated<Application>? {
    try await one(.applicationOfObject, [Data(id.bits.bytes)]) { row, _ in try Records.application(row) }
  }

  package func applications(of owner: IdentityID) async throws(KMSError) -> [Authenticated<Application>] {
    try await all(.applicationsOfOwner, [Data(text: owner.text)], Records.application)
  }

  package func applications(
    in account: AccountID, after marker: GUID?, limit: Int
  ) async throws(KMSError) -> [Authenticated<Application>] {
    try await all(
      .applicationsOfAccount,
      [Data(text: account.text), Data(marker?.bits.bytes ?? []), max(0, limit)], Records.application)
  }

  package func applications(
    trusting issuer: String, subject: String, in account: AccountID
  ) async throws(KMSError) -> [Authenticated<Application>] {
    try await all(
      .applicationsOfSubject, [Data(text: issuer), Data(text: subject), Data(text: account.text)],
      Records.application)
  }

  package func tokenKeys() async throws(KMSError) -> [Authenticated<TokenKey>] {
    try await all(.tokenKeys, [Int64.min], Records.tokenKey)
  }
}
