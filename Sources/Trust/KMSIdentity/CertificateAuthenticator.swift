package import KMSBytes
package import KMSDomain

/// Says who calls by the certificate whose private key the other end of a connection has proved to hold.
///
/// What the certificate says, and who issued it, decide nothing: its fingerprint is in the store, or it is nobody's. It caches
/// certificates with the compiled policies of their owners; whether one is within its dates is judged each time.
package final class CertificateAuthenticator: Sendable {
  private let loader: CertificateLoader
  private let clock: any TimeSource
  private let cache: CredentialCache<LoadedCertificate>
  /// nil: everybody may have looked for whatever certificate.
  private let gate: StrangerGate?
  private let whenForgotten: @Sendable (CertificateFingerprint) -> Void

  /// - Parameter clock: the one by which certificates begin and end.
  /// - Parameter cacheLimit: certificates kept; at least one.
  /// - Parameter unknown: how often certificates are looked for that nobody here knows, by a clock that nobody moves.
  /// - Parameter whenForgotten: called with a certificate that was revoked or removed: connections by it must end.
  package init(
    store: any Store, authenticator: any RecordAuthenticator, vocabulary: any PolicyVocabulary,
    clock: any TimeSource, cacheLimit: Int, unknown: (quotas: UnknownKeyQuotas, clock: any TimeSource)? = nil,
    whenForgotten: @escaping @Sendable (CertificateFingerprint) -> Void = { _ in }
  ) {
    loader = CertificateLoader(
      principals: PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary))
    self.clock = clock
    cache = CredentialCache(limit: cacheLimit)
    gate = unknown.map { StrangerGate($0.quotas, clock: $0.clock) }
    self.whenForgotten = whenForgotten
  }

  /// Answers without waiting, when the certificate is at hand.
  /// - Returns: nil when it isn't: ask `caller`.
  /// - Throws: `outsideDates`.
  package func callerWarm(_ fingerprint: CertificateFingerprint) throws(CertificateError) -> Caller? {
    guard let loaded = cache[fingerprint] else { return nil }
    return try current(loaded)
  }

  /// Loads what isn't at hand: one load, however many ask at once.
  /// - Parameter source: where the client is: see `StrangerGate`.
  package func caller(
    _ fingerprint: CertificateFingerprint, from source: String = ""
  ) async throws(CertificateError) -> Caller {
    if let loaded = cache[fingerprint] { return try current(loaded) }
    guard let gate else { return try current(try await loaded(fingerprint)) }
    guard gate.admits(source) else { throw .throttled }
    let found = try await loaded(fingerprint)
    gate.welcome(source)
    return try current(found)
  }

  /// Requests that begin afterwards see the change; so with the next two.
  package func forget(certificate: CertificateFingerprint) {
    cache.forget(certificate)
    whenForgotten(certificate)
  }

  package func forget(principal: IdentityID) { cache.forget(principal) }

  package func forgetAll(of account: AccountID) { cache.forget(account) }

  /// Certificates in memory.
  package var cachedCertificates: Int { cache.count }

  private func current(_ loaded: LoadedCertificate) throws(CertificateError) -> Caller {
    guard loaded.record.isUsable(at: clock.now()) else { throw .outsideDates }
    return loaded.caller
  }

  private func loaded(
    _ fingerprint: CertificateFingerprint
  ) async throws(CertificateError) -> LoadedCertificate {
    let outcome = await cache.loaded(fingerprint) { [loader] () throws(KMSError) in
      try await loader.load(fingerprint)
    }
    switch outcome {
    case .success(let loaded?): return loaded
    case .success(nil): throw .unknown
    case .failure(let error): throw .fault(error)
    }
  }
}

/// Why a certificate proves nobody.
package enum CertificateError: Error, Equatable, Sendable {
  /// Nobody here is known by it: never was, or no more.
  case unknown
  /// Its time hasn't come, or is over.
  case outsideDates
  /// Nobody here knows it, and too many such certificates were looked for: this one wasn't.
  case throttled
  /// It couldn't be found out: the store or a stored record fails.
  case fault(KMSError)

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .unknown: "unknownCertificate"
    case .outsideDates: "certificateOutsideDates"
    case .throttled: "throttled"
    case .fault(let error): error.code
    }
  }
}
