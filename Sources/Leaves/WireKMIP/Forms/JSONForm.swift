package import KMSBytes
import WireJSON

/// Messages as JSON (KMIP Profiles 2.1 section 5.5), to and from TTLV.
package enum JSONForm {
  /// How a client wants its JSON where the profile leaves a choice.
  package struct Style: Sendable {
    package let names: KMIPFormNames
    /// Byte strings in capitals.
    package let hasUppercaseHex: Bool
    /// Long integers always in hex.
    package let hasHexLongIntegers: Bool

    package init(
      names: KMIPFormNames = .standard, hasUppercaseHex: Bool = false, hasHexLongIntegers: Bool = false
    ) {
      self.names = names
      self.hasUppercaseHex = hasUppercaseHex
      self.hasHexLongIntegers = hasHexLongIntegers
    }

    package static let standard = Style()
  }

  /// - Parameter limits: `bytes` counts for the text and for the TTLV; depth and items as in TTLV.
  /// - Returns: TTLV, well-formed; what it may say in which version is for its reader to judge.
  package static func decode(
    _ text: WipedBytes, limits: TTLVDocument.Limits, names: KMIPFormNames = .standard
  ) throws(KMIPFormError) -> WipedBytes {
    guard text.count <= limits.bytes else { throw KMIPFormError(.tooLarge, at: 0) }
    let document: JSONDocument
    do throws(JSONError) {
      document = try JSONDocument(text, limits: jsonLimits(limits))
    } catch {
      throw KMIPFormError(reason(error), at: error.position)
    }
    var decoder = JSONFormDecoder(limits: limits, names: names, capacity: text.count / 2 + 64)
    return try decoder.decode(document.root)
  }

  /// An item is an object, and a structure an array in it. Four members, each with its name.
  private static func jsonLimits(_ limits: TTLVDocument.Limits) -> JSONDocument.Limits {
    let most = 1 << 40
    return JSONDocument.Limits(depth: 2 * min(limits.depth, most) + 1, nodes: 9 * min(limits.items, most))
  }

  private static func reason(_ error: JSONError) -> KMIPFormError.Reason {
    switch error.reason {
    case .tooDeep: .tooDeep
    case .tooMany: .tooManyItems
    case .unexpectedEnd, .unexpectedByte, .malformedNumber, .malformedString, .duplicateMember,
      .trailingBytes:
      .malformedJSON
    }
  }

  /// An item and everything in it. What is secret in it is secret in the result, which is the caller's to wipe.
  package static func encode(_ item: TTLVItem, style: Style = .standard) -> [UInt8] {
    var encoder = JSONFormEncoder(style: style, capacity: item.formCapacity)
    encoder.append(item, meaning: item.tag)
    return encoder.output
  }
}
