import AdminAPI
import Hummingbird
import KMSDomain
import KMSEngine

// The seal, the root and the recovery.
extension AdminCall {
  func sealStatus() async throws -> SealStatus {
    let report = try await run(ReadSeal(desk.seals.keeper))
    return SealStatus(
      state: .open, kinds: report.kinds, format: report.format, store: desk.seals.store,
      epochs: report.epochs, epochsToMove: report.epochsToMove,
      recovery: report.recovery.map {
        SealStatus.Recovery(needed: $0.needed, shares: $0.parts, epochs: $0.epochs)
      }, change: desk.seals.progress)
  }

  /// What `RootReplacement` says.
  struct WantedRoot {
    let settings: [String: String]
    let passphrase: Payload?
  }

  func wantedRoot(_ request: Request) async throws -> WantedRoot {
    let body = await SecretBody(request, upTo: AdminCall.longestRootBody)
    if let body, let settings = body.texts(RootReplacement.settings) {
      switch body.secret(RootReplacement.passphrase) {
      case .absent: return WantedRoot(settings: settings, passphrase: nil)
      case .text(let passphrase): return WantedRoot(settings: settings, passphrase: passphrase)
      case .malformed: break
      }
    }
    throw try await refuse(
      .invalidRequest("the body is not what this path expects"), operation: "ReplaceRoot")
  }

  /// Paths and a passphrase, in bytes.
  private static let longestRootBody = 64 << 10

  /// Every step has a record of its own; what an earlier change left undone is done first.
  func replaceRoot(_ wanted: WantedRoot) async throws -> ReplacedRoot {
    try await alone("ReplaceRoot") {
      try await finish()
      let prepared = try await refusable("ReplaceRoot") { () async throws(SealRefusal) in
        try await desk.seals.prepareRoot(wanted.settings, secret: wanted.passphrase)
      }
      let epochs = try await change(.root, settling: prepared.shares.isEmpty)
      desk.seals.rootIsReplaced()
      return ReplacedRoot(
        kind: prepared.kind, epochs: epochs, shares: try prepared.shares.map(AdminCall.line),
        needed: prepared.needed)
    }
  }

  func finishRoot() async throws -> SealStatus {
    try await alone("ReplaceRoot") { try await finish() }
    return try await sealStatus()
  }

  func createRecovery(_ wanted: WantedShares) async throws -> MadeShares {
    try await alone("CreateRecovery") {
      try await finish()
      if try await run(beforehand: ReadSeal(desk.seals.keeper)).format == 1 {
        // Only seals of old, which no people open, are in that format.
        _ = try await refusable("CreateRecovery") { () async throws(SealRefusal) in
          try await desk.seals.prepareRoot([:], secret: nil)
        }
        _ = try await change(.root)
        desk.seals.rootIsReplaced()
      }
      let shares = try await refusable("CreateRecovery") { () async throws(SealRefusal) in
        try await desk.seals.prepareRecovery(needed: wanted.needed, shares: wanted.shares)
      }
      let epochs = try await change(.recovery)
      return MadeShares(epochs: epochs, shares: try shares.map(AdminCall.line))
    }
  }

  /// The three steps, or all but the last.
  /// - Returns: how many epochs were moved.
  private func change(_ change: RootChange, settling: Bool = true) async throws(KMSError) -> Int {
    let keeper = desk.seals.keeper
    _ = try await run(beforehand: ChangeRoots(change, .stage, keeper))
    let moved = try await run(beforehand: ChangeRoots(change, .rewrap, keeper))
    if settling { _ = try await run(beforehand: ChangeRoots(change, .settle, keeper)) }
    return moved
  }

  private func finish() async throws(KMSError) {
    let report = try await run(beforehand: ReadSeal(desk.seals.keeper))
    guard report.kinds.count > 1 || report.epochsToMove > 0 else { return }
    _ = try await run(beforehand: ChangeRoots(.root, .rewrap, desk.seals.keeper))
    _ = try await run(beforehand: ChangeRoots(.root, .settle, desk.seals.keeper))
  }

  private func run<Op: Operation>(beforehand operation: Op) async throws(KMSError) -> Op.Answer {
    try await beforehand.run(operation)
  }

  /// While nobody else changes roots or epochs. A background job, which takes a moment, is waited for; another change isn't.
  func alone<Answer>(_ operation: String, _ work: () async throws -> Answer) async throws -> Answer {
    var waited = Duration.zero
    while !desk.seals.turn.begin() {
      guard waited < AdminCall.patience else {
        throw try await refuse(.busy(desk.seals.progress), operation: operation)
      }
      try await Task.sleep(for: AdminCall.pause)
      waited += AdminCall.pause
    }
    defer { desk.seals.turn.end() }
    return try await work()
  }

  private static let patience = Duration.seconds(2)
  private static let pause = Duration.milliseconds(50)

  private func refusable<Answer>(
    _ operation: String, _ work: () async throws(SealRefusal) -> Answer
  ) async throws -> Answer {
    do throws(SealRefusal) {
      return try await work()
    } catch {
      throw try await refuse(.invalidRequest(error.reason), operation: operation)
    }
  }

  /// For the answer, which is the only place where a share is told.
  private static func line(_ share: Payload) throws(KMSError) -> String {
    let text = share.readOnce { letters in
      String(decoding: letters.indices.map { letters[$0] }, as: UTF8.self)
    }
    guard let text else { throw .custodyUnavailable }
    return text
  }
}
