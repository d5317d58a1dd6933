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

/// How many requests are answered of one vault, whoever makes them.
package struct VaultQuotas: Sendable, Equatable {
  /// Rates other than Azure's, of all vaults.
  package var rates: [VaultFamily: RequestRate]

  package init(rates: [VaultFamily: RequestRate] = [:]) { self.rates = rates }

  package func rate(of family: VaultFamily) -> RequestRate { rates[family] ?? family.standardRate }
}
