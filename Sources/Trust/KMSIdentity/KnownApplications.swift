package import KMSDomain

/// Applications with the rights of their owners, kept in memory. That somebody names one proves nothing.
package final class KnownApplications: Sendable {
  private let loader: ApplicationLoader
  private let cache: CredentialCache<LoadedApplication>
  /// nil: everybody may have looked for whatever application.
  private let gate: StrangerGate?

  /// - Parameter cacheLimit: applications kept; at least one.
  /// - Parameter unknown: how often applications are looked for that aren't there, by a clock that nobody moves.
  package init(
    store: any Store, authenticator: any RecordAuthenticator, vocabulary: any PolicyVocabulary,
    cacheLimit: Int, unknown: (quotas: UnknownKeyQuotas, clock: any TimeSource)? = nil
  ) {
    loader = ApplicationLoader(
      principals: PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary))
    cache = CredentialCache(limit: cacheLimit)
    gate = unknown.map { StrangerGate($0.quotas, clock: $0.clock) }
  }

  /// The application of this id, and who it is once it has proved that.
  /// - Parameter source: where the client is: see `StrangerGate`.
  /// - Throws: `unknown` also for one that is disabled.
  package func application(
    _ id: GUID, from source: String = ""
  ) async throws(ApplicationError) -> KnownApplication {
    let isAtHand = cache[id] != nil
    if !isAtHand, let gate, !gate.admits(source) { throw .throttled }
    let loaded = try await loaded(id)
    if !isAtHand { gate?.welcome(source) }
    guard loaded.record.isEnabled else { throw .unknown }
    return KnownApplication(application: loaded.record, caller: loaded.caller)
  }

  /// The same without waiting: nil for one that isn't in memory, or is disabled.
  func applicationNow(_ id: GUID) -> KnownApplication? {
    guard let loaded = cache[id], loaded.record.isEnabled else { return nil }
    return KnownApplication(application: loaded.record, caller: loaded.caller)
  }

  /// Requests that begin afterwards see the change; so with the next two.
  package func forget(application: GUID) { cache.forget(application) }

  package func forget(principal: IdentityID) { cache.forget(principal) }

  package func forgetAll(of account: AccountID) { cache.forget(account) }

  private func loaded(_ id: GUID) async throws(ApplicationError) -> LoadedApplication {
    let outcome = await cache.loaded(id) { [loader] () throws(KMSError) in try await loader.load(id) }
    switch outcome {
    case .success(let loaded?): return loaded
    case .success(nil): throw .unknown
    case .failure(let error): throw .fault(error)
    }
  }
}

/// An application that is there, and the caller that it is.
package struct KnownApplication: Sendable {
  package let application: Application
  package let caller: Caller
}

/// Why nothing is known of an application.
package enum ApplicationError: Error, Equatable, Sendable {
  /// There is none of that id, or it is disabled.
  case unknown
  /// Too many were looked for that aren't there: this one wasn't.
  case throttled
  /// It couldn't be found out: the store or a stored record fails.
  case fault(KMSError)

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .unknown: "unknownApplication"
    case .throttled: "throttled"
    case .fault(let error): error.code
    }
  }
}
