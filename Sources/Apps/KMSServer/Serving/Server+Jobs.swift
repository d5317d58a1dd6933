import KMSEngine
import ServiceLifecycle

// What a server does by itself.
extension Server {
  var jobs: [any Service] {
    let house = self.house
    let due = DueJobs(house.engine, devices: house.custody)
    return [
      job("deletion", every: .seconds(10)) { _ = try await due.deletion.runOnce() },
      job("token", every: .seconds(3)) { house.token?.look(house.logger) },
      job("removal", every: .seconds(10)) { _ = try await due.removal.runOnce() },
      job("rotation", every: .seconds(10)) { _ = try await due.rotation.runOnce() },
      job("expiry", every: .seconds(10)) { _ = try await due.expiry.runOnce() },
      job("transition", every: .seconds(10)) { _ = try await due.transition.runOnce() },
      job("renewal", every: .seconds(10)) { _ = try await due.renewal.runOnce() },
      job("uses", every: .seconds(10)) { try await UseJob(house.engine).runOnce() },
      job("checkpoint", every: configuration.audit.checkpointInterval) { try await house.checkpoint() },
      job("epoch", every: .seconds(10)) { try await house.renewEpoch() },
      job("erasure", every: .seconds(5)) { try await house.erase() },
      job("token keys", every: .seconds(600)) { try await house.azure.tokens.renew() },
      job("rejections", every: .seconds(5)) { try await house.engine.recordSuppressedRejections() },
      job("quotas", every: .seconds(10)) {
        house.engine.meter?.forgetFull()
        house.engine.vaultMeter?.forgetFull()
      },
    ]
  }

  private func job(
    _ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Void
  ) -> PeriodicJob {
    PeriodicJob(name: name, interval: interval, logger: house.logger, work: work)
  }
}
