/// Requests to one vault that share a limit.
///
/// Raw values are positions in `VaultMeter`, not stored.
package enum VaultFamily: UInt8, CaseIterable, Sendable {
  case createHSMKey
  case createSoftwareKey
  /// Everything else with keys of that kind. Those of larger RSA keys count for several.
  case hsmKeys
  case softwareKeys
  case createSecret
  /// Everything else with secrets.
  case secrets

  /// In configuration.
  package var name: String { terms.name }

  private var terms: (name: String, inTenSeconds: Int64) {
    switch self {
    case .createHSMKey: ("create-hsm-key", 10)
    case .createSoftwareKey: ("create-software-key", 20)
    case .hsmKeys: ("hsm-keys", 2000)
    case .softwareKeys: ("software-keys", 4000)
    case .createSecret: ("create-secret", 300)
    case .secrets: ("secrets", 4000)
    }
  }

  /// Azure's own ("Azure Key Vault service limits"), which are given for ten seconds.
  package var standardRate: RequestRate { VaultFamily.rate(inTenSeconds: RequestRate(terms.inTenSeconds)) }

  /// - Parameter count: so many in ten seconds, and not in one. As many may come at once.
  package static func rate(inTenSeconds count: RequestRate) -> RequestRate {
    RequestRate(thousandths: count.thousandths / 10, burst: 10)
  }
}

/// How many requests are answered of one vault, and of all vaults of an account in a Region, whoever makes them.
package struct VaultQuotas: Sendable, Equatable {
  /// Rates other than Azure's, of all vaults.
  package var rates: [VaultFamily: RequestRate]
  /// All vaults of an account in a Region together get what so many would get; nil: what they get by themselves. Azure has five, for a
  /// subscription in a region.
  package var vaultsPerAccount: Int64?

  /// The most that can be wanted.
  package static let mostVaults = 1_000_000

  package init(rates: [VaultFamily: RequestRate] = [:], vaultsPerAccount: Int64? = 5) {
    self.rates = rates
    self.vaultsPerAccount = vaultsPerAccount
  }

  package func rate(of family: VaultFamily) -> RequestRate { rates[family] ?? family.standardRate }

  /// Of all vaults of an account in a Region; nil: as much as they like.
  package func accountRate(of family: VaultFamily) -> RequestRate? {
    guard let vaultsPerAccount else { return nil }
    let one = rate(of: family)
    let (thousandths, isMuch) = one.thousandths.multipliedReportingOverflow(by: max(1, vaultsPerAccount))
    // A vault has room for one request, however few it gets: for so many there is room together.
    let seconds = (999 + one.thousandths) / one.thousandths
    return RequestRate(thousandths: isMuch ? .max : thousandths, burst: max(one.burst, seconds))
  }
}
