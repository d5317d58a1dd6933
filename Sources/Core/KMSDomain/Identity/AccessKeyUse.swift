/// When an access key last signed a request: a hint like `KeyUse`, no proof. It may lag behind by `AccessKeyUse.coarseness`, and
/// what wasn't stored yet is lost when the process is killed.
package struct AccessKeyUse: Hashable, Sendable {
  /// Uses that follow one another closer than this, in seconds, are one.
  package static let coarseness: Int64 = 60

  package let accessKey: String
  package let time: Instant
  /// As the signature names them.
  package let region: String
  package let service: String

  package init(accessKey: String, time: Instant, region: String, service: String) {
    self.accessKey = accessKey
    self.time = time
    self.region = region
    self.service = service
  }
}
