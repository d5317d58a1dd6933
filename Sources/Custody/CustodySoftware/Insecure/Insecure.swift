import KMSDomain

/// Evidence that the operator permits a legacy algorithm: what does anything with one demands it.
struct LegacyPermission: Sendable {
  fileprivate init() {}
}

enum Insecure {
  static func refusal(of what: String) -> String {
    "\(what) protects too little today, and this server's configuration doesn't permit it"
  }
}

extension LegacyAlgorithms {
  /// - Parameter what: the algorithm, for the caller.
  /// - Throws: `KMSError.unsupportedAlgorithm`.
  func permission(for algorithm: LegacyAlgorithms, _ what: String) throws(KMSError) -> LegacyPermission {
    guard contains(algorithm) else { throw .unsupportedAlgorithm(Insecure.refusal(of: what)) }
    return LegacyPermission()
  }

  /// For kinds that don't say how long their keys are.
  /// - Throws: `KMSError.unsupportedAlgorithm` for a short group that isn't permitted.
  func require(_ pair: KeyPair) throws(KMSError) {
    guard pair.spec == .dsa || pair.spec == .dh, pair.bits < 2048 else { return }
    _ = try permission(for: .shortKeys, "\(pair.spec.standardName) of \(pair.bits) bits")
  }
}
