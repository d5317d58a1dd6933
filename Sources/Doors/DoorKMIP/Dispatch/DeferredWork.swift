import KMSDomain
import Synchronization
import WireKMIP

/// What clients asked to be told later (KMIP 2.1 section 7.1): by correlation value, until it is fetched, cancelled or too old.
final class DeferredWork: Sendable {
  func accept(
    _ item: RequestMessage.Item, _ operation: any KMIPOperation.Type, _ call: KMIPCall
  ) throws(KMIPFault) -> [UInt8] {
    throw .unsupported("Asynchronous work")
  }
}
