import KMSDomain
import KMSEngine

/// The key of a vault under which another one comes ("Bring your own key specification"): RSA, marked as hardware's, made in this vault,
/// and for nothing else than that.
struct KeyExchangeKey: Sendable {
  let address: KeyAddress

  /// - Parameter kid: what whoever sealed the other key calls it.
  /// - Throws: `badParameter` for what names no key of this vault, `KeyNotFound` for what can't be a version.
  init(_ kid: String, _ call: VaultCall) throws(AzureError) {
    let base = KeyAddress.base(call)
    guard kid.lowercased().hasPrefix(base.lowercased()) else {
      throw .badParameter("The key exchange key has to be in the vault into which the key is imported.")
    }
    let parts = kid.dropFirst(base.count).split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.first, parts.count <= 2, ItemNames.isName(String(name)) else {
      throw AzureError(KeyFault.invalid("key_hsm.header.kid"))
    }
    // It is a key of its own, whatever the call is about.
    address = try KeyAddress(
      call.about(nil), String(name), version: parts.count == 2 ? String(parts[1]) : nil)
  }

  /// Asked by the right to import, which its user needs for it too. Its state is judged below.
  var input: ObjectWork.Input {
    ObjectWork.Input(.importVaultKey, on: address.reference, opens: true, anyState: true)
  }

  /// - Throws: unless it is one, and may be used now.
  func require(_ record: KeyRecord, at now: Instant) throws(KMSError) {
    try address.require(record)
    try KeyFault.passing { () throws(KeyFault) in
      guard record.state == .active else { throw .forbidden(.import, .disabled) }
      guard KeyNotes(record)?.isForExchange == true else { throw .forbidden(.import, .notPermitted) }
      // Somebody else may have the private half of a key that came from elsewhere, or that may leave.
      guard record.origin == .generated, !record.exportable, record.spec.family == .rsa else {
        throw .badParameter("The key exchange key has to be an RSA-HSM key that was generated in the vault.")
      }
      guard record.isWithinDates(protecting: true, at: now) else { throw .forbidden(.import, .outsideDates) }
    }
  }
}

extension KeyNotes {
  /// Whether it is for taking other keys in, and for nothing else.
  var isForExchange: Bool { type.family == .rsa && type.isHSM && operations == [.import] }
}
