import AdminAPI
import KMSDomain
import KMSEngine

extension AdminCall {
  /// Makes the next epoch; a background job moves everything under it.
  func rotateEpoch() async throws -> EpochReport {
    try await alone("RenewEpoch") {
      _ = try await EpochJob(desk.engine, desk.epochs).renew(as: desk.owner, from: origin)
    }
    return try await beforehand.showEpochs()
  }

  /// A background job does the rest.
  func beginErasure() async throws -> ErasureBeginning {
    ErasureBeginning(hasBegun: try await run(BeginErasure(desk.epochs)))
  }

  func showEpochs() async throws -> EpochReport {
    let answer = try await run(ReadEpochs())
    return EpochReport(
      newest: answer.newest.number,
      epochs: answer.epochs.map { use in
        EpochReport.Epoch(
          number: use.epoch.id.number, createdAt: use.epoch.createdAt.rfc3339,
          materials: use.count.materials, accessKeys: use.count.accessKeys, keyStores: use.count.keyStores,
          tokenKeys: use.count.tokenKeys)
      },
      retired: answer.retired.map {
        EpochReport.Retired(number: $0.id.number, until: $0.until.rfc3339)
      })
  }
}
