import KMSBytes
import WireKMIP

/// What operations of a batch yield as data, for those after them that name it instead of sending data (KMIP 2.1 section 11.13), and
/// whether the client wants to see it at all (section 8.3, Ephemeral).
///
/// Only where a later item could ask for it is anything kept.
struct BatchOutputs {
  private let keeps: Bool
  private var bytes: [KMIP.DataEnumeration: WipedBytes] = [:]
  /// Of the item under way: its data stay in the server.
  var isEphemeral = false

  init(keeps: Bool) { self.keeps = keeps }

  /// What the item stands for.
  /// - Throws: `missingData`.
  func bytes(of item: TTLVItem) throws(KMIPFault) -> WipedBytes {
    guard let source = item.enumeration(KMIP.DataEnumeration.self), let found = bytes[source] else {
      throw KMIPFault(.missingData, "No item before this one yielded such data.")
    }
    return found
  }

  /// Writes what an operation yielded, unless the client wants it to stay here.
  mutating func deliver(
    _ data: Span<UInt8>, of source: KMIP.DataEnumeration, as tag: KMIPTag, into output: inout TTLVWriter
  ) {
    if keeps { bytes[source] = WipedBytes([UInt8](copying: data)) }
    if !isEphemeral { output.byteString(tag, data) }
  }
}
