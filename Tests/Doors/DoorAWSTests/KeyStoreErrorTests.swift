import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Errors of custom key stores")
struct KeyStoreErrorTests {
  private static let id = "cks-0123456789abcdef0"

  @Test(
    "each has its type on the wire",
    arguments: [
      (KeyStoreFault.notFound("x"), "CustomKeyStoreNotFoundException"),
      (.nameInUse("x"), "CustomKeyStoreNameInUseException"),
      (.invalidState(id, .connected), "CustomKeyStoreInvalidStateException"),
      (.hasKeys(id), "CustomKeyStoreHasCMKsException"), (.wrongType(id), "UnsupportedOperationException"),
      (.tooMany, "LimitExceededException"), (.clusterNotFound("x"), "CloudHsmClusterNotFoundException"),
      (.proxyURIInUse, "XksProxyUriInUseException"),
      (.proxyEndpointInUse, "XksProxyUriEndpointInUseException"),
      (.endpointServiceInUse, "XksProxyVpcEndpointServiceInUseException"),
      (.needsEndpoint, "ValidationException"), (.needsEndpointService, "ValidationException"),
      (.takesNoEndpointService, "ValidationException"), (.takesNoCluster, "ValidationException"),
    ])
  func types(fault: KeyStoreFault, type: String) {
    let error = AWSError(.customKeyStore(fault), in: Samples.keyring)
    #expect(error.type == type && error.status == 400 && error.message?.isEmpty == false)
  }

  @Test("a refused state is named as clients know it")
  func states() {
    let names: [(KeyStoreConnection, String)] = [
      (.disconnected, "DISCONNECTED"), (.connecting, "CONNECTING"), (.connected, "CONNECTED"),
      (.failed(.internalError), "FAILED"), (.disconnecting, "DISCONNECTING"),
    ]
    for (connection, name) in names {
      #expect(
        AWSError(.invalidState(Self.id, connection)).message
          == "The connection state \(name) of custom key store \(Self.id) is not valid for this operation.")
    }
  }

  @Test("long names of the caller are cut in messages")
  func quoted() {
    let long = String(repeating: "a", count: 10_000)
    #expect((AWSError(.notFound(long)).message?.utf8.count ?? 0) < 4200)
  }
}
