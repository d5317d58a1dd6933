package import KMSBytes

/// Messages as XML (KMIP Profiles 2.1 section 5.4), to and from TTLV.
package enum XMLForm {
  /// - Parameter limits: `bytes` counts for the text and for the TTLV; depth and items as in TTLV.
  /// - Returns: TTLV, well-formed; what it may say in which version is for its reader to judge.
  package static func decode(
    _ text: WipedBytes, limits: TTLVDocument.Limits, names: KMIPFormNames = .standard
  ) throws(KMIPFormError) -> WipedBytes {
    guard text.count <= limits.bytes else { throw KMIPFormError(.tooLarge, at: 0) }
    return try text.withArray { (bytes: [UInt8]) throws(KMIPFormError) in
      var decoder = try XMLFormDecoder(bytes, limits: limits, names: names)
      return try decoder.decode()
    }
  }

  /// An item and everything in it, without space between elements. Characters that XML doesn't have become U+FFFD.
  /// What is secret in it is secret in the result, which is the caller's to wipe.
  package static func encode(_ item: TTLVItem, names: KMIPFormNames = .standard) -> [UInt8] {
    var encoder = XMLFormEncoder(names: names, capacity: item.formCapacity)
    encoder.append(item, meaning: item.tag)
    return encoder.output
  }

  static let namespace: StaticString = "urn:oasis:tc:kmip:xmlns"
}
