import KMSDomain

extension Setting {
  static let quotas =
    [
      Setting("quotas.enabled") { draft, text throws(ValueProblem) in
        draft.result.quotas.isEnabled = try Value.truth(text)
      },
      Setting("quotas.keys-per-region") { draft, text throws(ValueProblem) in
        draft.result.quotas.keysPerRegion = try Value.count(text, from: 1, to: 1_000_000_000)
      },
      Setting("quotas.principal-share") { draft, text throws(ValueProblem) in
        draft.result.quotas.requests.principalShare = try Value.count(text, from: 1, to: 100)
      },
      Setting("quotas.unknown-keys-per-source") { draft, text throws(ValueProblem) in
        draft.result.quotas.unknownKeys.perSource = try Value.rate(text)
      },
      Setting("quotas.unknown-keys") { draft, text throws(ValueProblem) in
        draft.result.quotas.unknownKeys.total = try Value.rate(text)
      },
      Setting("quotas.web-identities-per-source") { draft, text throws(ValueProblem) in
        draft.result.quotas.webIdentitiesPerSource = try Value.rate(text)
      },
      Setting("quotas.vaults-per-account") { draft, text throws(ValueProblem) in
        let count = try Value.count(text, from: 0, to: VaultQuotas.mostVaults)
        draft.result.quotas.vaults.vaultsPerAccount = count == 0 ? nil : Int64(count)
      },
    ] + RequestFamily.allCases.map { rate(of: $0) } + VaultFamily.allCases.map { limit(of: $0) }

  private static func rate(of family: RequestFamily) -> Setting {
    Setting("quotas.rates." + family.name) { draft, text throws(ValueProblem) in
      draft.result.quotas.requests.rates[family] = try Value.rate(text)
    }
  }

  private static func limit(of family: VaultFamily) -> Setting {
    Setting("quotas.vaults." + family.name) { draft, text throws(ValueProblem) in
      draft.result.quotas.vaults.rates[family] = VaultFamily.rate(inTenSeconds: try Value.rate(text))
    }
  }
}
