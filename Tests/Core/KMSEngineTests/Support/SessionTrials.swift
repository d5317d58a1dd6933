import KMSDomain
import KMSEngine
import KMSTestKit

extension Trial {
  static let getFederationToken = Trial(.getFederationToken) { _ in
    GetFederationToken(SessionTerms(name: "guest", seconds: nil), account: Fixtures.account)
  }
  static let getAccessKeyInfo = Trial(.getAccessKeyInfo) { _ in
    GetAccessKeyInfo(SessionKeyID.make(for: Fixtures.account, random: 1), account: Fixtures.account)
  }
}
