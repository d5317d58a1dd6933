import KMSDomain
import KMSEngine
import WireKMIP

/// What an account's clients have set for all of them: defaults and constraints. It is kept like an object, which nobody finds.
struct AccountSettings: Sendable {
  let home: Keyring
  let desk: Desk

  /// - Parameter tag: `defaultsInformation` or `constraints`.
  /// - Returns: nil while nothing is set.
  func value(_ tag: KMIPTag) async throws(KMSError) -> TTLVItem? {
    guard let key = try await key(tag) else { return nil }
    return KMIPObject(key, at: desk.clock.now()).kept.value(tag)
  }

  /// What it is kept in.
  func key(_ tag: KMIPTag) async throws(KMSError) -> ProtectedKey? {
    let name = AccountSettings.name(tag)
    do throws(KMSError) {
      return try await desk.key(KeyReference(.name(KeyName(.given, name, in: home)), asWritten: name))
    } catch .keyNotFound {
      return nil
    }
  }

  /// Names of objects begin with the number of a name's type, and there is none of this number.
  static func name(_ tag: KMIPTag) -> String { "0:\(tag)" }
}
