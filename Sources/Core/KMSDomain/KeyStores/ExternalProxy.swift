/// The proxy before an external key manager (AWS KMS External Key Store Proxy API): where it is, and how this server proves
/// itself to it.
package struct ExternalProxy: Hashable, Sendable {
  package var address: ProxyAddress
  package var credential: ProxyCredential

  package init(address: ProxyAddress, credential: ProxyCredential) {
    self.address = address
    self.credential = credential
  }
}

/// Where a proxy is found.
package struct ProxyAddress: Hashable, Sendable {
  /// "https://" and a host name; the port is 443.
  package var endpoint: String
  /// From the slash to the version of the API.
  package var path: String
  package var connectivity: ProxyConnectivity

  package init(endpoint: String, path: String, connectivity: ProxyConnectivity) {
    self.endpoint = endpoint
    self.path = path
    self.connectivity = connectivity
  }
}

/// Which way leads to a proxy.
package enum ProxyConnectivity: Hashable, Sendable {
  case publicEndpoint
  /// A private way; the endpoint's host is its private name.
  case endpointService(name: String, owner: AccountID)

  /// The ways without their particulars. Raw values are stored.
  package enum Kind: UInt8, CaseIterable, Sendable {
    case publicEndpoint = 1
    case endpointService = 2
  }

  package var kind: Kind {
    switch self {
    case .publicEndpoint: .publicEndpoint
    case .endpointService: .endpointService
    }
  }
}

/// What requests to a proxy are signed with.
package struct ProxyCredential: Hashable, Sendable {
  /// Tells the proxy which secret it is; not for logs, as its owner calls it sensitive.
  package let accessKey: String
  package let secret: WrappedCredential

  package init(accessKey: String, secret: WrappedCredential) {
    self.accessKey = accessKey
    self.secret = secret
  }
}

/// The same, as its owner hands it over.
package struct NewProxyCredential: Sendable {
  package let accessKey: String
  /// Can be read once.
  package let secret: Payload

  package init(accessKey: String, secret: Payload) {
    self.accessKey = accessKey
    self.secret = secret
  }
}

extension ProxyAddress {
  /// Why two stores of one keyring can't have these addresses; nil when they can. Host names don't tell cases apart.
  ///
  /// No two have one endpoint and path. Stores with public endpoints may share an endpoint, others may not; nor may two share
  /// an endpoint service.
  package func conflict(with other: ProxyAddress) -> KeyStoreFault? {
    let sharesEndpoint = endpoint.lowercased() == other.endpoint.lowercased()
    if sharesEndpoint, path == other.path { return .proxyURIInUse }
    switch (connectivity, other.connectivity) {
    case (.publicEndpoint, .publicEndpoint): return nil
    case (.endpointService(let name, _), .endpointService(let otherName, _)):
      return sharesEndpoint ? .proxyEndpointInUse : name == otherName ? .endpointServiceInUse : nil
    case (.publicEndpoint, .endpointService), (.endpointService, .publicEndpoint):
      return sharesEndpoint ? .proxyEndpointInUse : nil
    }
  }
}

extension ExternalProxy {
  func encode(into fields: inout CanonicalFields) {
    fields.add(address.endpoint)
    fields.add(address.path)
    fields.add(UInt64(address.connectivity.kind.rawValue))
    switch address.connectivity {
    case .publicEndpoint: break
    case .endpointService(let name, let owner):
      fields.add(name)
      fields.add(owner.text)
    }
    fields.add(credential.accessKey)
    fields.add(UInt64(credential.secret.epoch.number))
    fields.add(credential.secret.bytes)
  }
}
