import CustodySoftware
import DoorAWS
import KMSDomain
import KMSEngine
import KMSIdentity
import NetKit
import StoreSQLite

/// Those who say who is calling, by whatever that is proved with.
struct Callers {
  let accessKeys: AccessKeyAuthenticator
  let certificates: CertificateAuthenticator
  let applications: KnownApplications
  let webIdentities: WebIdentityAuthenticator

  /// - Parameter messages: connections that end with the certificates that began them.
  init(
    _ configuration: Configuration, _ store: SQLiteStore, _ custody: SoftwareCustody, clock: any TimeSource,
    issuers: any TokenVerifier, messages: MessageConnections
  ) {
    let (vocabulary, kept) = (AWSVocabulary(), configuration.caches.identities)
    let unknown: (quotas: UnknownKeyQuotas, clock: any TimeSource)? =
      configuration.hasQuotas ? (configuration.quotas.unknownKeys, ElapsedTime()) : nil
    accessKeys = AccessKeyAuthenticator(
      store: store, vault: custody, authenticator: custody, vocabulary: vocabulary, realClock: SystemTime(),
      clock: clock, cacheLimit: kept, unknownKeys: unknown)
    certificates = CertificateAuthenticator(
      store: store, authenticator: custody, vocabulary: vocabulary, clock: clock, cacheLimit: kept,
      unknown: unknown, whenForgotten: { messages.close($0) })
    applications = KnownApplications(
      store: store, authenticator: custody, vocabulary: vocabulary, cacheLimit: kept, unknown: unknown)
    webIdentities = WebIdentityAuthenticator(
      store: store, authenticator: custody, vocabulary: vocabulary, tokens: issuers,
      quotas: configuration.hasQuotas ? (configuration.quotas.webIdentities, ElapsedTime()) : nil)
  }
}
