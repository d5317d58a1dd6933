import KMSDomain

extension AWSError {
  /// The part of the error table that is about custom key stores. AWS publishes the types, not the texts.
  init(_ fault: KeyStoreFault) {
    switch fault {
    case .notFound(let name):
      self.init(
        "CustomKeyStoreNotFoundException", "Custom key store '\(AWSError.quoted(name))' does not exist.")
    case .nameInUse(let name):
      self.init(
        "CustomKeyStoreNameInUseException",
        "Another custom key store has the name '\(AWSError.quoted(name))'.")
    case .invalidState(let id, let connection):
      self.init(
        "CustomKeyStoreInvalidStateException",
        "The connection state \(connection.awsName) of custom key store \(id) is not valid for this operation."
      )
    case .hasKeys(let id):
      self.init("CustomKeyStoreHasCMKsException", "Custom key store \(id) contains KMS keys.")
    case .wrongType(let id):
      self = .unsupported("Custom key store \(id) is of a type that is not valid for this operation.")
    case .tooMany: self = .limitExceeded("The maximum number of custom key stores was reached.")
    case .clusterNotFound(let id):
      self.init("CloudHsmClusterNotFoundException", "CloudHSM cluster \(id) does not exist.")

    case .proxyURIInUse:
      self.init(
        "XksProxyUriInUseException",
        "Another external key store has the same XksProxyUriEndpoint and XksProxyUriPath.")
    case .proxyEndpointInUse:
      self.init(
        "XksProxyUriEndpointInUseException", "Another external key store has the same XksProxyUriEndpoint.")
    case .endpointServiceInUse:
      self.init(
        "XksProxyVpcEndpointServiceInUseException",
        "Another external key store has the same XksProxyVpcEndpointServiceName.")
    case .needsEndpoint:
      self = .validation("A change of XksProxyConnectivity needs an XksProxyUriEndpoint.")
    case .needsEndpointService:
      self = .validation("XksProxyConnectivity VPC_ENDPOINT_SERVICE needs an XksProxyVpcEndpointServiceName.")
    case .takesNoEndpointService:
      self = .validation(
        "XksProxyVpcEndpointServiceName and XksProxyVpcEndpointServiceOwner are not valid "
          + "with XksProxyConnectivity PUBLIC_ENDPOINT.")
    case .takesNoCluster:
      self = .validation(
        "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are not valid "
          + "for a custom key store of type EXTERNAL_KEY_STORE.")
    }
  }
}
