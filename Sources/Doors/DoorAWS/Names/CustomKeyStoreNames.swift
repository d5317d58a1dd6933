import KMSDomain

// What the service model calls the particulars of custom key stores.

extension KeyStoreConnection {
  var awsName: String {
    switch self {
    case .disconnected: "DISCONNECTED"
    case .connecting: "CONNECTING"
    case .connected: "CONNECTED"
    case .failed: "FAILED"
    case .disconnecting: "DISCONNECTING"
    }
  }
}

extension KeyStoreConnection.Failure {
  var awsName: String {
    switch self {
    case .internalError: "INTERNAL_ERROR"
    case .networkErrors: "NETWORK_ERRORS"
    case .invalidCredentials: "INVALID_CREDENTIALS"
    case .proxyAccessDenied: "XKS_PROXY_ACCESS_DENIED"
    case .proxyNotReachable: "XKS_PROXY_NOT_REACHABLE"
    case .proxyInvalidResponse: "XKS_PROXY_INVALID_RESPONSE"
    case .proxyInvalidConfiguration: "XKS_PROXY_INVALID_CONFIGURATION"
    case .proxyTimedOut: "XKS_PROXY_TIMED_OUT"
    case .proxyInvalidTLSConfiguration: "XKS_PROXY_INVALID_TLS_CONFIGURATION"
    case .endpointServiceNotFound: "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"
    case .endpointServiceInvalidConfiguration: "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION"
    }
  }
}

extension ProxyConnectivity.Kind {
  var awsName: String {
    switch self {
    case .publicEndpoint: "PUBLIC_ENDPOINT"
    case .endpointService: "VPC_ENDPOINT_SERVICE"
    }
  }
}
