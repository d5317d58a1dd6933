import KMSDomain
import KMSEngine
import WireJSON

struct CreateCustomKeyStoreOperation: AWSOperation {
  static let name = "CreateCustomKeyStore"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateCustomKeyStore {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    return CreateCustomKeyStore(
      request.name, in: call.keyring,
      backing: try request.isExternal ? request.proxy(of: call.account) : request.cluster())
  }

  static func encode(_ answer: KeyStoreID, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { $0.member("CustomKeyStoreId", answer.text) }
  }

  /// The members of the request.
  private struct Request {
    let name: String
    let isExternal: Bool
    private let clusterID: String?
    private let hasTrustAnchor: Bool
    /// Only whether: there is no cluster to which the password could be told.
    private let hasPassword: Bool
    private let endpoint: String?
    private let path: String?
    private let connectivity: ProxyConnectivity.Kind?
    private let service: String?
    private let serviceOwner: AccountID?
    private let credential: NewProxyCredential?

    init(_ input: inout Input) throws(AWSError) {
      name = try input.requiredText("CustomKeyStoreName", .keyStoreName)
      isExternal = try input.text("CustomKeyStoreType", .keyStoreType) == "EXTERNAL_KEY_STORE"
      clusterID = try input.text("CloudHsmClusterId", .clusterID)
      hasTrustAnchor = try input.text("TrustAnchorCertificate", .trustAnchor) != nil
      hasPassword = try input.text("KeyStorePassword", .keyStorePassword) != nil
      endpoint = try input.text("XksProxyUriEndpoint", .proxyEndpoint)
      path = try input.text("XksProxyUriPath", .proxyPath)
      connectivity = try input.proxyConnectivity()
      service = try input.text("XksProxyVpcEndpointServiceName", .endpointService)
      serviceOwner = try input.endpointServiceOwner()
      credential = try input.proxyCredential()
    }

    func cluster() throws(AWSError) -> CreateCustomKeyStore.Backing {
      let isProxy =
        endpoint != nil || path != nil || connectivity != nil || service != nil || serviceOwner != nil
        || credential != nil
      guard !isProxy else {
        throw .validation(
          "Parameters of an external key store are not valid for a custom key store of type AWS_CLOUDHSM.")
      }
      guard let clusterID, hasTrustAnchor, hasPassword else {
        throw .validation(
          "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required "
            + "for a custom key store of type AWS_CLOUDHSM.")
      }
      return .cluster(clusterID)
    }

    func proxy(of account: AccountID) throws(AWSError) -> CreateCustomKeyStore.Backing {
      guard clusterID == nil, !hasTrustAnchor, !hasPassword else { throw AWSError(.takesNoCluster) }
      guard let endpoint, let path, let connectivity, let credential else {
        throw .validation(
          "XksProxyConnectivity, XksProxyUriEndpoint, XksProxyUriPath and XksProxyAuthenticationCredential are "
            + "required for a custom key store of type EXTERNAL_KEY_STORE.")
      }
      let address = ProxyAddress(
        endpoint: endpoint, path: path, connectivity: try way(connectivity, of: account))
      return .proxy(address, credential)
    }

    private func way(
      _ kind: ProxyConnectivity.Kind, of account: AccountID
    ) throws(AWSError) -> ProxyConnectivity {
      switch kind {
      case .publicEndpoint:
        guard service == nil, serviceOwner == nil else { throw AWSError(.takesNoEndpointService) }
        return .publicEndpoint
      case .endpointService:
        guard let service else { throw AWSError(.needsEndpointService) }
        return .endpointService(name: service, owner: serviceOwner ?? account)
      }
    }
  }
}
