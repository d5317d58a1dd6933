import KMSDomain
import KMSEngine
import WireJSON

/// What is known of a version of a key: its public half and its attributes.
struct ReadKey {
  private let call: VaultCall

  init(_ call: VaultCall) { self.call = call }

  /// - Parameter version: nil for the latest.
  func run(_ name: String, _ version: String?) async throws(AzureError) -> VaultAnswer {
    try KeyBundle(try await record(name, version, "GetKey", .readVaultKey), call).answer()
  }

  /// - Throws: `KeyNotFound` also for a version of another name.
  func record(
    _ name: String, _ version: String?, _ operation: String, _ action: Action
  ) async throws(AzureError) -> KeyRecord {
    let address = try KeyAddress(call, name, version: version)
    let seen = try await call.use(
      ReadObjects(operation, action, of: [address.reference]), doing: nil, about: address.subject)
    guard let record = seen.first?.key.record else { throw .internalError }
    do throws(KMSError) {
      try address.require(record)
    } catch {
      throw AzureError(error, about: address.subject, in: call)
    }
    return record
  }
}
