import CustodySoftware
import DoorAWS
import DoorAzure
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSTokens

/// Everything by which Azure's clients show who they are.
struct AzureIdentity: Sendable {
  let names: AuthorityNames
  let tokens: TokenKeys
  let authority: AzureAuthority
  /// For requests to vaults.
  let bearers: BearerAuthenticator
  let vaults: VaultDoor

  /// - Parameter directory: of the authority that vouches for what is said of keys.
  /// - Parameter machine: which application programs on the machine of a development server are; nil for none.
  init(
    _ engine: Engine, _ applications: KnownApplications, _ configuration: Configuration,
    _ directory: DataDirectory, custody: SoftwareCustody, clock: any TimeSource, issuers: any TokenVerifier,
    authorities: any EnvironmentVerifier, requestIDs: RequestIDs, faults: any FaultLog,
    machine: @escaping @Sendable () -> GUID?
  ) {
    let names = AuthorityNames(domain: configuration.azure.domain)
    let tokens = TokenKeys(engine, custody: custody)
    let keySet: @Sendable () async throws -> [UInt8] = { try TokenKeySet.document(await tokens.published()) }
    let quotas: (quotas: WebIdentityQuotas, clock: any TimeSource)? =
      configuration.hasQuotas ? (configuration.quotas.webIdentities, ElapsedTime()) : nil
    let federated = FederatedApplications(
      applications, store: engine.desk.store, authenticator: custody, vocabulary: AWSVocabulary(),
      tokens: issuers, quotas: quotas)
    self.names = names
    self.tokens = tokens
    bearers = BearerAuthenticator(
      applications,
      own: OwnTokens(
        isOwnIssuer: { names.isOwnIssuer($0, $1) }, document: keySet, clock: clock, faults: faults),
      federated: federated)
    vaults = VaultDoor(
      names: names, engine: engine, bearers: bearers, requestIDs: requestIDs, serverVersion: Version.text,
      releases: KeyReleases(tokens, authorities: authorities),
      statements: KeyStatements(
        tokens,
        certifier: PrivateCertifier(directory, domain: configuration.azure.domain, faults: faults),
        isDevelopment: configuration.isDevelopment))
    authority = AzureAuthority(
      names: names, tokens: tokens, engine: engine, requestIDs: requestIDs,
      clients: ClientAuthenticator(
        applications, assertions: ApplicationAssertions(realClock: SystemTime()), federated: federated,
        codes: custody, clock: clock, quotas: quotas),
      applications: applications, keySet: keySet,
      machine: configuration.isDevelopment ? AzureAuthority.Machine(usual: { machine() }) : nil)
  }
}
