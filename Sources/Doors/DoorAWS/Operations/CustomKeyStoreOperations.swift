import KMSDomain
import KMSEngine
import WireJSON

struct DescribeCustomKeyStoresOperation: AWSOperation {
  static let name = "DescribeCustomKeyStores"
  /// Nothing is documented, and no account has more than a few.
  private static let usual = 100

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DescribeCustomKeyStores {
    let (id, name, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.text("CustomKeyStoreId", .customKeyStoreID),
        try input.text("CustomKeyStoreName", .keyStoreName), try input.integer("Limit", ModelRange.limit),
        try input.text("Marker", .marker)
      )
    }
    return DescribeCustomKeyStores(
      try choice(id, name, marker: marker), in: call.keyring, limit: limit ?? usual)
  }

  private static func choice(
    _ id: String?, _ name: String?, marker: String?
  ) throws(AWSError) -> DescribeCustomKeyStores.Choice {
    let start = try Paging.name(in: marker)
    switch (id, name) {
    case (.some, .some):
      throw .validation("Specify either CustomKeyStoreId or CustomKeyStoreName, not both.")
    case (let id?, nil): return .id(id)
    case (nil, let name?): return .name(name)
    case (nil, nil): return .all(after: start)
    }
  }

  static func encode(_ answer: Page<CustomKeyStore>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("CustomKeyStores")
      output.beginArray()
      for store in answer.items { output.object { write(store, into: &$0) } }
      output.endArray()
      Paging.write(next: answer.next, into: &output)
    }
  }

  private static func write(_ store: CustomKeyStore, into output: inout JSONWriter) {
    output.member("CustomKeyStoreId", store.id.text)
    output.member("CustomKeyStoreName", store.name)
    output.member("CustomKeyStoreType", "EXTERNAL_KEY_STORE")
    output.member("ConnectionState", store.connection.awsName)
    if let failure = store.connection.failure { output.member("ConnectionErrorCode", failure.awsName) }
    output.name("CreationDate")
    output.seconds(milliseconds: store.createdAt.milliseconds)
    output.name("XksProxyConfiguration")
    output.object { write(store.proxy, into: &$0) }
  }

  /// The secret has no place in it.
  private static func write(_ proxy: ExternalProxy, into output: inout JSONWriter) {
    output.member("Connectivity", proxy.address.connectivity.kind.awsName)
    output.member("AccessKeyId", proxy.credential.accessKey)
    output.member("UriEndpoint", proxy.address.endpoint)
    output.member("UriPath", proxy.address.path)
    switch proxy.address.connectivity {
    case .publicEndpoint: break
    case .endpointService(let name, let owner):
      output.member("VpcEndpointServiceName", name)
      output.member("VpcEndpointServiceOwner", owner.text)
    }
  }
}

struct DeleteCustomKeyStoreOperation: AWSOperation {
  static let name = "DeleteCustomKeyStore"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteCustomKeyStore {
    DeleteCustomKeyStore(try call.keyStore(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { _ in }
  }
}

struct ConnectCustomKeyStoreOperation: AWSOperation {
  static let name = "ConnectCustomKeyStore"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ConnectCustomKeyStore {
    ConnectCustomKeyStore(try call.keyStore(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { _ in }
  }
}

struct DisconnectCustomKeyStoreOperation: AWSOperation {
  static let name = "DisconnectCustomKeyStore"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DisconnectCustomKeyStore {
    DisconnectCustomKeyStore(try call.keyStore(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { _ in }
  }
}

extension AWSCall {
  fileprivate func keyStore(_ json: JSONValue) throws(AWSError) -> KeyStoreReference {
    try Input.read(json) { (input: inout Input) throws(AWSError) in try input.keyStore(in: keyring) }
  }
}
