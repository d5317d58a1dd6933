/// What somebody wants to be different about a proxy's address; nil leaves it.
package struct ProxyAddressChange: Hashable, Sendable {
  package enum Service: Hashable, Sendable {
    case keep
    case remove
    case set(String)
  }

  package var endpoint: String?
  package var path: String?
  package var connectivity: ProxyConnectivity.Kind?
  package var service = Service.keep
  package var serviceOwner: AccountID?

  package init() {}

  /// Whether it can be made beside a connection: only the path can.
  package var isHarmlessToConnection: Bool {
    endpoint == nil && connectivity == nil && service == .keep && serviceOwner == nil
  }
}

extension ProxyAddress {
  /// The address after the change.
  /// - Parameter account: owns an endpoint service of which nothing else is said.
  /// - Throws: `needsEndpointService`, `takesNoEndpointService` or `needsEndpoint` where the parts don't go together: another
  ///   way to the proxy needs another endpoint, and an endpoint service exactly if it leads through one.
  package func changed(_ change: ProxyAddressChange, by account: AccountID) throws(KMSError) -> ProxyAddress {
    let kind = change.connectivity ?? connectivity.kind
    if kind != connectivity.kind, change.endpoint == nil { throw .customKeyStore(.needsEndpoint) }
    return ProxyAddress(
      endpoint: change.endpoint ?? endpoint, path: change.path ?? path,
      connectivity: try connectivity(kind, change, account))
  }

  private func connectivity(
    _ kind: ProxyConnectivity.Kind, _ change: ProxyAddressChange, _ account: AccountID
  ) throws(KMSError) -> ProxyConnectivity {
    switch (kind, change.service, connectivity) {
    case (.publicEndpoint, .set, _): throw .customKeyStore(.takesNoEndpointService)
    case (.publicEndpoint, .keep, _), (.publicEndpoint, .remove, _):
      guard change.serviceOwner == nil else { throw .customKeyStore(.takesNoEndpointService) }
      return .publicEndpoint
    case (.endpointService, .remove, _), (.endpointService, .keep, .publicEndpoint):
      throw .customKeyStore(.needsEndpointService)
    case (.endpointService, .keep, .endpointService(let name, let owner)):
      return .endpointService(name: name, owner: change.serviceOwner ?? owner)
    case (.endpointService, .set(let name), .endpointService(_, let owner)):
      return .endpointService(name: name, owner: change.serviceOwner ?? owner)
    case (.endpointService, .set(let name), .publicEndpoint):
      return .endpointService(name: name, owner: change.serviceOwner ?? account)
    }
  }
}
