/// How many requests are answered for whom.
package struct RequestQuotas: Sendable, Equatable {
  /// Rates other than AWS's, in all Regions.
  package var rates: [RequestFamily: RequestRate]
  /// How much of its account's rate one principal may use, in percent from 1 to 100.
  package var principalShare: Int

  package init(rates: [RequestFamily: RequestRate] = [:], principalShare: Int = 100) {
    self.rates = rates
    self.principalShare = principalShare
  }

  package func rate(of family: RequestFamily, in region: String) -> RequestRate {
    rates[family] ?? family.standardRate(in: region)
  }
}

/// How often tokens of other issuers are looked at, whose bearers anybody may be.
package struct WebIdentityQuotas: Sendable, Equatable {
  /// Tokens that get their bearer nothing, and those under way.
  package var perSource: RequestRate
  package var total: RequestRate
  /// Of roles of one account.
  package var perAccount: RequestRate

  package init(perSource: RequestRate, total: RequestRate, perAccount: RequestRate) {
    self.perSource = perSource
    self.total = total
    self.perAccount = perAccount
  }
}

/// How often the store is asked for access keys of which nobody has heard.
package struct UnknownKeyQuotas: Sendable, Equatable {
  package var perSource: RequestRate
  package var total: RequestRate

  package init(perSource: RequestRate = RequestRate(20), total: RequestRate = RequestRate(1000)) {
    self.perSource = perSource
    self.total = total
  }
}
