import KMSDomain
import KMSEngine
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Requests for custom key stores")
struct CustomKeyStoreRequestTests {
  private static let secret = String(repeating: "aB3/", count: 11)
  private static let service = "com.amazonaws.vpce.eu-central-1.vpce-svc-0123abc"

  private static func call() throws -> AWSCall {
    AWSCall(
      caller: try Samples.caller(), account: Samples.account, region: "eu-central-1",
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 1, low: 1)), door: "aws", source: "", isEncrypted: true, userAgent: ""))
  }

  private static let usual: [String: String] = [
    "CustomKeyStoreName": #""n""#, "CustomKeyStoreType": #""EXTERNAL_KEY_STORE""#,
    "XksProxyConnectivity": #""PUBLIC_ENDPOINT""#, "XksProxyUriEndpoint": #""https://proxy.example""#,
    "XksProxyUriPath": #""/kms/xks/v1""#,
    "XksProxyAuthenticationCredential":
      #"{"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "\#(secret)"}"#,
  ]

  /// The usual members with these changed; nil takes one away.
  private static func create(_ changes: [String: String?] = [:]) throws -> CreateCustomKeyStore {
    var members = usual
    for (name, value) in changes { members[name] = value }
    let text = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    return try CreateCustomKeyStoreOperation.decode(try Samples.json("{\(text)}"), try call())
  }

  private static func update(_ members: String) throws -> UpdateCustomKeyStore {
    try UpdateCustomKeyStoreOperation.decode(
      try Samples.json("{\"CustomKeyStoreId\": \"cks-1\", \(members)}"), try call())
  }

  private static func text(_ secret: Payload) -> String? {
    secret.readOnce { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) }
  }

  private static let cluster: [String: String?] = [
    "CustomKeyStoreType": nil, "XksProxyConnectivity": nil, "XksProxyUriEndpoint": nil,
    "XksProxyUriPath": nil,
    "XksProxyAuthenticationCredential": nil, "CloudHsmClusterId": #""cluster-abcdefghi23""#,
    "TrustAnchorCertificate": #""pem""#, "KeyStorePassword": #""kmsPswd""#,
  ]

  @Test("members become a proxy's address and credential")
  func proxies() throws {
    guard case .proxy(let address, let credential) = try Self.create().backing else {
      Issue.record("not a proxy")
      return
    }
    #expect(
      address
        == ProxyAddress(endpoint: "https://proxy.example", path: "/kms/xks/v1", connectivity: .publicEndpoint)
    )
    #expect(credential.accessKey == "ABCDEFGHIJKLMNOPQRST")
    #expect(Self.text(credential.secret) == Self.secret)
    let changes: [String: String?] = [
      "XksProxyConnectivity": #""VPC_ENDPOINT_SERVICE""#,
      "XksProxyVpcEndpointServiceName": "\"\(Self.service)\"",
    ]
    guard case .proxy(let own, _) = try Self.create(changes).backing,
      case .proxy(let foreign, _) = try Self.create(
        changes.merging(["XksProxyVpcEndpointServiceOwner": #""444455556666""#]) { $1 }
      ).backing
    else {
      Issue.record("not proxies")
      return
    }
    #expect(own.connectivity == .endpointService(name: Self.service, owner: Samples.account))
    #expect(foreign.connectivity == .endpointService(name: Self.service, owner: Samples.other))
  }

  @Test("a secret may be written with escapes")
  func escapes() throws {
    let escaped = Self.secret.replacing("/", with: #"\/"#)
    let store = try Self.create([
      "XksProxyAuthenticationCredential":
        #"{"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "\#(escaped)"}"#
    ])
    guard case .proxy(_, let credential) = store.backing else {
      Issue.record("not a proxy")
      return
    }
    #expect(Self.text(credential.secret) == Self.secret)
  }

  @Test("a cluster is the type unless another is named")
  func clusters() throws {
    guard case .cluster(let id) = try Self.create(Self.cluster).backing else {
      Issue.record("not a cluster")
      return
    }
    #expect(id == "cluster-abcdefghi23")
  }

  @Test(
    "what a type needs must be there, and nothing of the other type",
    arguments: [
      ["XksProxyUriPath"], ["XksProxyUriEndpoint"], ["XksProxyConnectivity"],
      ["XksProxyAuthenticationCredential"],
    ])
  func missing(names: [String]) {
    let refusal = AWSError.validation(
      "XksProxyConnectivity, XksProxyUriEndpoint, XksProxyUriPath and XksProxyAuthenticationCredential are required "
        + "for a custom key store of type EXTERNAL_KEY_STORE.")
    #expect(throws: refusal) {
      try Self.create(Dictionary(uniqueKeysWithValues: names.map { ($0, String?.none) }))
    }
  }

  @Test("types don't mix")
  func mixtures() {
    for name in ["CloudHsmClusterId", "TrustAnchorCertificate", "KeyStorePassword"] {
      #expect(throws: AWSError(.takesNoCluster)) { try Self.create([name: Self.cluster[name] ?? nil]) }
      #expect(throws: AWSError.self) { try Self.create(Self.cluster.merging([name: nil]) { $1 }) }
    }
    for name in ["XksProxyConnectivity", "XksProxyUriPath", "XksProxyAuthenticationCredential"] {
      #expect(
        throws: AWSError.validation(
          "Parameters of an external key store are not valid for a custom key store of type AWS_CLOUDHSM.")
      ) { try Self.create(Self.cluster.merging([name: Self.usual[name]]) { $1 }) }
    }
    #expect(throws: AWSError(.takesNoEndpointService)) {
      try Self.create(["XksProxyVpcEndpointServiceName": "\"\(Self.service)\""])
    }
    #expect(throws: AWSError(.takesNoEndpointService)) {
      try Self.create(["XksProxyVpcEndpointServiceOwner": #""444455556666""#])
    }
    #expect(throws: AWSError(.needsEndpointService)) {
      try Self.create(["XksProxyConnectivity": #""VPC_ENDPOINT_SERVICE""#])
    }
  }

  @Test(
    "texts that fit the model's patterns",
    arguments: [
      (TextRule.clusterID, "cluster-234567abcDE"), (.clusterID, "cluster-abcdefghijklmnop"),
      (.proxyEndpoint, "https://a-b.C9"), (.proxyPath, "/kms/xks/v1"), (.proxyPath, "/a_b/c-d/kms/xks/v12"),
      (.proxyPath, "/kms/xks/v1/kms/xks/v2"),
      (.endpointService, service), (.endpointService, "eu.amazonaws.vpce.eu-isoe-west-1.vpce-svc-z"),
      (.accountID, "000000000000"), (.proxyAccessKey, "ABCDEFGHIJKLMNOPQ234"),
    ])
  func fitting(rule: TextRule, text: String) {
    #expect(rule.faults(text).isEmpty)
  }

  @Test(
    "texts that don't",
    arguments: [
      (TextRule.clusterID, "cluster-123456789012"), (.clusterID, "Cluster-abcdefghijkl"),
      (.clusterID, "cluster-abcdefghijkl-"), (.proxyEndpoint, "http://proxy.example"),
      (.proxyEndpoint, "https://proxy.example:443"), (.proxyEndpoint, "https://proxy/x"),
      (.proxyEndpoint, "https://ü.example"), (.proxyPath, "/kms/xks/v123"), (.proxyPath, "/kms/xks/vx"),
      (.proxyPath, "a/kms/xks/v1"), (.proxyPath, "/a.b/kms/xks/v1"), (.proxyPath, "/kms/xks/v1/"),
      (.proxyPath, "/xkms/xks/v1"), (.proxyPath, "//kms/xks/v1"),
      (.endpointService, "com.amazonaws.vpce.eu-1.vpce-svc-0"),
      (.endpointService, "org.amazonaws.vpce.eu-west-1.vpce-svc-0"),
      (.endpointService, "com.amazonaws.vpce.eu-west-1.vpce-svc-"),
      (.endpointService, "com.amazonaws.vpce.a-b-c-d-1.vpce-svc-0"),
      (.endpointService, "com.amazonaws.vpce.eu-west-1.vpce-svc-A"), (.accountID, "00000000000x"),
      (.proxyAccessKey, "ABCDEFGHIJKLMNOPQ189"), (.proxyAccessKey, "abcdefghijklmnopqrst"),
    ])
  func unfitting(rule: TextRule, text: String) {
    #expect(rule.faults(text) == [rule.form.pattern.map(Constraint.pattern)])
  }

  @Test("secrets are left out of messages")
  func sensitive() {
    let opening = "3 validation errors detected: "
    #expect(
      throws: AWSError.validation(
        opening
          + "Value at 'keyStorePassword' failed to satisfy constraint: Member must have length greater than or equal to 7; "
          + "Value at 'xksProxyAuthenticationCredential.accessKeyId' failed to satisfy constraint: Member must satisfy "
          + "regular expression pattern: ^[A-Z2-7]+$; "
          + "Value at 'xksProxyAuthenticationCredential.rawSecretAccessKey' failed to satisfy constraint: Member must "
          + #"satisfy regular expression pattern: ^[a-zA-Z0-9\/+=]+$"#)
    ) {
      try Self.create([
        "KeyStorePassword": #""hunter""#,
        "XksProxyAuthenticationCredential":
          "{\"AccessKeyId\": \"abcdefghijklmnopqrst\", \"RawSecretAccessKey\": \"-\(Self.secret.dropFirst())\"}",
      ])
    }
    #expect(
      throws: AWSError.validation(
        "2 validation errors detected: Value null at 'xksProxyAuthenticationCredential.accessKeyId' failed to satisfy "
          + "constraint: Member must not be null; Value null at 'xksProxyAuthenticationCredential.rawSecretAccessKey' "
          + "failed to satisfy constraint: Member must not be null")
    ) { try Self.create(["XksProxyAuthenticationCredential": "{}"]) }
    #expect(throws: AWSError.serialization("NUMBER_VALUE can not be converted to a String")) {
      try Self.create([
        "XksProxyAuthenticationCredential":
          #"{"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": 7}"#
      ])
    }
    #expect(throws: AWSError.serialization("STRING_VALUE can not be converted to a Structure")) {
      try Self.create(["XksProxyAuthenticationCredential": "\"\(Self.secret)\""])
    }
  }

  @Test("a secret has 43 to 64 characters", arguments: [0, 42, 65, 100_000])
  func secretLength(count: Int) {
    let secret = String(repeating: "a", count: count)
    #expect(throws: AWSError.self) {
      try Self.create([
        "XksProxyAuthenticationCredential":
          "{\"AccessKeyId\": \"ABCDEFGHIJKLMNOPQRST\", \"RawSecretAccessKey\": \"\(secret)\"}"
      ])
    }
  }

  @Test("an update says what it changes")
  func updates() throws {
    let none = try Self.update(#""X": 1"#)
    #expect(none.name == nil && none.address == ProxyAddressChange() && none.credential == nil)
    #expect(
      none.store.asWritten == "cks-1" && none.store.keyring == Samples.keyring && !none.describesCluster)
    let service = #""XksProxyVpcEndpointServiceName""#
    #expect(try Self.update(service + #": """#).address.service == .remove)
    #expect(try Self.update(service + ": null").address.service == .keep)
    #expect(try Self.update(service + ": \"\(Self.service)\"").address.service == .set(Self.service))
    #expect(throws: AWSError.self) { try Self.update(service + #": "x""#) }
    #expect(try Self.update(#""KeyStorePassword": "kmsPswd""#).describesCluster)
    #expect(try Self.update(#""CloudHsmClusterId": "cluster-abcdefghi23""#).describesCluster)
    let way = try Self.update(#""XksProxyConnectivity": "PUBLIC_ENDPOINT", "NewCustomKeyStoreName": "m""#)
    #expect(way.address.connectivity == .publicEndpoint && way.name == "m")
  }

  @Test("a description is of one store or of all")
  func descriptions() throws {
    func choice(_ text: String) throws -> DescribeCustomKeyStores.Choice {
      try DescribeCustomKeyStoresOperation.decode(try Samples.json(text), try Self.call()).choice
    }
    guard case .all(nil) = try choice("{}"), case .id("a") = try choice(#"{"CustomKeyStoreId": "a"}"#),
      case .name("b") = try choice(#"{"CustomKeyStoreName": "b"}"#)
    else {
      Issue.record("another choice")
      return
    }
    #expect(throws: AWSError.validation("Specify either CustomKeyStoreId or CustomKeyStoreName, not both.")) {
      try choice(#"{"CustomKeyStoreId": "a", "CustomKeyStoreName": "b"}"#)
    }
    #expect(throws: AWSError.invalidMarker) { try choice(#"{"Marker": "x"}"#) }
  }

  @Test(
    "origin, store and external key go together or not at all",
    arguments: [
      (#""CustomKeyStoreId": "a""#, "CustomKeyStoreId and XksKeyId are not valid with Origin AWS_KMS."),
      (#""XksKeyId": "a""#, "CustomKeyStoreId and XksKeyId are not valid with Origin AWS_KMS."),
      (#""Origin": "AWS_CLOUDHSM""#, "CustomKeyStoreId is required with Origin AWS_CLOUDHSM."),
      (
        #""Origin": "AWS_CLOUDHSM", "CustomKeyStoreId": "a", "XksKeyId": "b""#,
        "XksKeyId is not valid with Origin AWS_CLOUDHSM."
      ),
      (
        #""Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "a""#,
        "XksKeyId is required with Origin EXTERNAL_KEY_STORE."
      ),
      (
        #""Origin": "EXTERNAL_KEY_STORE", "XksKeyId": "a""#,
        "CustomKeyStoreId is required with Origin EXTERNAL_KEY_STORE."
      ),
    ])
  func places(members: String, message: String) {
    #expect(throws: AWSError.validation(message)) {
      try CreateKeyOperation.decode(try Samples.json("{\(members)}"), try Self.call())
    }
  }

  @Test("a key can be asked for in a store")
  func inStore() throws {
    let text = #"{"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": "a", "XksKeyId": "b"}"#
    let place = try CreateKeyOperation.decode(try Samples.json(text), try Self.call()).place
    guard let place, case .external("b") = place.material else {
      Issue.record("no place")
      return
    }
    #expect(place.store.asWritten == "a" && place.store.keyring == Samples.keyring)
    #expect(try CreateKeyOperation.decode(try Samples.json("{}"), try Self.call()).place == nil)
  }
}
