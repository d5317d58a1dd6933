/// What can go wrong with custom key stores; see `KMSError`.
package enum KeyStoreFault: Equatable, Sendable {
  /// None of that id, or of that name.
  case notFound(String)
  case nameInUse(String)
  /// The connection doesn't allow it now.
  case invalidState(String, KeyStoreConnection)
  /// Keys are in it. Nothing makes keys there yet.
  case hasKeys(String)
  /// The operation is for stores of another type.
  case wrongType(String)
  case tooMany
  /// No hardware cluster is within this server's reach.
  case clusterNotFound(String)

  // Proxies
  case proxyURIInUse
  case proxyEndpointInUse
  case endpointServiceInUse
  case needsEndpoint
  case needsEndpointService
  case takesNoEndpointService
  /// What describes a cluster was given for a store behind a proxy.
  case takesNoCluster

  /// See `KMSError.code`.
  package var code: String {
    switch self {
    case .notFound: "keyStoreNotFound"
    case .nameInUse: "keyStoreNameInUse"
    case .invalidState: "keyStoreInvalidState"
    case .hasKeys: "keyStoreHasKeys"
    case .wrongType: "keyStoreWrongType"
    case .tooMany: "tooManyKeyStores"
    case .clusterNotFound: "clusterNotFound"
    case .proxyURIInUse: "proxyURIInUse"
    case .proxyEndpointInUse: "proxyEndpointInUse"
    case .endpointServiceInUse: "endpointServiceInUse"
    case .needsEndpoint: "proxyNeedsEndpoint"
    case .needsEndpointService: "proxyNeedsEndpointService"
    case .takesNoEndpointService: "proxyTakesNoEndpointService"
    case .takesNoCluster: "keyStoreTakesNoCluster"
    }
  }
}
