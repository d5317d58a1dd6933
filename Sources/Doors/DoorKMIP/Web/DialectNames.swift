import WireKMIP

/// What the dialect calls things that KMIP calls otherwise, or not at all. What has no tag in KMIP gets one of those that vendors may
/// use; none of them leaves the server.
enum DialectNames {
  /// Whatever object an answer is about.
  static let object = KMIPTag(0x540001)
  /// A list of vendors' attributes, and each of them.
  static let vendorAttributes = KMIPTag(0x540002)
  private static let requests: UInt32 = 0x541000
  private static let answers: UInt32 = 0x542000

  static let names = KMIPFormNames(
    adding: [("Object", object), ("VendorAttributes", vendorAttributes), ("IvCounterNonce", .ivCounterNonce)]
      + KMIP.Operation.allCases.flatMap { operation in
        let name = KMIPRegistry.camelName(of: operation.rawValue, in: .operation) ?? ""
        return [
          (name: name, tag: KMIPTag(requests + operation.rawValue)),
          (name: name + "Response", tag: answer(operation)),
        ]
      })

  static let style = JSONForm.Style(names: names, hasUppercaseHex: true, hasHexLongIntegers: true)

  static func operation(_ tag: KMIPTag) -> KMIP.Operation? {
    guard tag.rawValue & 0xfff000 == requests else { return nil }
    return KMIP.Operation(rawValue: tag.rawValue - requests)
  }

  static func answer(_ operation: KMIP.Operation) -> KMIPTag { KMIPTag(answers + operation.rawValue) }
}
