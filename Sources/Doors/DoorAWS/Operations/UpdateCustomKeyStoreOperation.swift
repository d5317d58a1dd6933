import KMSDomain
import KMSEngine
import WireJSON

struct UpdateCustomKeyStoreOperation: AWSOperation {
  static let name = "UpdateCustomKeyStore"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateCustomKeyStore {
    try Input.read(json) { (input: inout Input) throws(AWSError) in
      let store = try input.keyStore(in: call.keyring)
      let name = try input.text("NewCustomKeyStoreName", .keyStoreName)
      let cluster = try input.text("CloudHsmClusterId", .clusterID)
      // Only whether: there is no cluster to which the password could be told.
      let hasPassword = try input.text("KeyStorePassword", .keyStorePassword) != nil
      return UpdateCustomKeyStore(
        store, name: name, address: try input.proxyAddressChange(), credential: try input.proxyCredential(),
        describesCluster: cluster != nil || hasPassword)
    }
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { _ in }
  }
}

extension Input {
  fileprivate mutating func proxyAddressChange() throws(AWSError) -> ProxyAddressChange {
    var change = ProxyAddressChange()
    change.endpoint = try text("XksProxyUriEndpoint", .proxyEndpoint)
    change.path = try text("XksProxyUriPath", .proxyPath)
    change.connectivity = try proxyConnectivity()
    change.service = try endpointServiceChange()
    change.serviceOwner = try endpointServiceOwner()
    return change
  }

  /// The empty text, which the model's bounds leave out, is documented: it takes the service away.
  private mutating func endpointServiceChange() throws(AWSError) -> ProxyAddressChange.Service {
    let name = "XksProxyVpcEndpointServiceName"
    if value(name)?.string == "" { return .remove }
    return try text(name, .endpointService).map { .set($0) } ?? .keep
  }
}
