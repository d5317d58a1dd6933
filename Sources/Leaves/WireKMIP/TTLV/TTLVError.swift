/// Where and why bytes aren't TTLV as we read it. It never carries content.
package struct TTLVError: Error, Equatable, Sendable {
  package enum Reason: Sendable {
    /// The text ends before the item does.
    case truncated
    /// An item reaches beyond the structure around it.
    case overrun
    /// Bytes follow the item that should be the whole text.
    case trailingBytes
    /// Neither the specification nor an extension may have such a number.
    case invalidTag
    case unknownType
    /// Not the length that the type demands.
    case wrongLength
    case paddingNotZero
    /// A Boolean that is neither 0 nor 1.
    case notBoolean
    /// Not UTF-8, or with a NUL in it.
    case malformedText
    case tooDeep
    case tooManyItems
    /// More bytes than the limit; nothing of the value was looked at.
    case tooLarge
  }

  package let reason: Reason
  /// In bytes, of the item's first byte.
  package let offset: Int
  /// The item's, once it has been read.
  package let tag: KMIPTag?

  package init(_ reason: Reason, at offset: Int, tag: KMIPTag? = nil) {
    self.reason = reason
    self.offset = offset
    self.tag = tag
  }
}
