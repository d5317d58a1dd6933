import KMSDomain
import KMSEngine
import WireKMIP

/// Keys for clients that only want one that nobody has used yet: the group "default" never runs out of them.
enum FreshKeys {
  private static let group = "default"

  /// - Returns: nil for another group.
  static func make(for name: String, _ call: KMIPCall) async throws(KMIPFault) -> String? {
    guard name == group else { return nil }
    let version = call.version
    let work = ObjectWork("MakeFreshKey", in: call.home, making: [.createKey]) {
      (scene) throws(KMSError) -> ObjectPlan in
      do throws(KMIPFault) {
        return ObjectPlan(makes: [try draft.made(at: scene.now, in: version)])
      } catch {
        throw error.asError
      }
    }
    return try await call.run(work).made.first?.record.identifier
  }

  private static var draft: ObjectDraft {
    var attributes = AttributeList()
    attributes.set(KMIP.CryptographicAlgorithm.aes)
    attributes.set(.cryptographicLength, to: Int32(256))
    attributes.set(
      .cryptographicUsageMask, to: ([.encrypt, .decrypt] as KMIP.CryptographicUsageMask).rawValue)
    attributes.set(.objectGroup, to: group)
    return ObjectDraft(
      .symmetricKey, .generated, spec: .aes256, source: .generated(length: nil), attributes: attributes)
  }
}
