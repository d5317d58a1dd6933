import KMSBytes
import KMSEngine
import WireJSON

/// Markers of lists: where the next page begins, in a form that clients pass back unread.
enum Paging {
  private static let prefix = Array("1:".utf8)

  static func marker(after name: String) -> String { Base64.string(prefix + Array(name.utf8)) }

  /// - Throws: `InvalidMarkerException` for whatever this server didn't give out.
  static func name(in marker: String?) throws(AWSError) -> String? {
    guard let marker else { return nil }
    guard let bytes = Base64.bytes(marker), bytes.starts(with: prefix),
      let name = String(validating: bytes.dropFirst(prefix.count), as: UTF8.self), !name.isEmpty
    else { throw .invalidMarker }
    return name
  }

  /// The members `Truncated` and, when there is more, `NextMarker`.
  static func write(next: String?, into output: inout JSONWriter) {
    output.member("Truncated", next != nil)
    if let next { output.member("NextMarker", marker(after: next)) }
  }
}

extension AWSError {
  static let invalidMarker = AWSError("InvalidMarkerException", "The marker is not valid.")
}
