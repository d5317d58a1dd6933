import KMSBytes

/// Names and values as forms and queries have them (application/x-www-form-urlencoded).
///
/// What could be read in two ways is refused: a name that stands twice, an escape that isn't one, text that isn't UTF-8.
struct FormFields: Sendable {
  private let values: [String: String]

  /// Of one request; those of Azure's clients have fewer than ten.
  private static let most = 64

  /// - Returns: nil for anything malformed.
  init?(_ bytes: [UInt8]) {
    var values: [String: String] = [:]
    guard !bytes.isEmpty else {
      self.values = values
      return
    }
    for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap({ FormFields.text($0) }), !name.isEmpty,
        let value = parts.count == 2 ? FormFields.text(parts[1]) : "",
        values.updateValue(value, forKey: name) == nil, values.count <= FormFields.most
      else { return nil }
    }
    self.values = values
  }

  /// nil also for an empty one: to Azure that is one that isn't there.
  subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// What a name or a value says.
  static func text(_ escaped: ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(escaped.count)
    var rest = escaped
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let decoded = Hex.bytes(Array(rest.prefix(2)))?.first else { return nil }
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
