import WireKMIP

/// What giving an object out has to know of its attributes, read once for each record that is loaded: every one of them is an item
/// that would have to be found and read anew.
struct KeptFacts: Sendable {
  /// Numbers of vendors are here too.
  let algorithm: UInt32?
  /// In bits.
  let length: Int32?
  /// As it was registered, where somebody said; numbers of vendors are here too.
  let format: UInt32?
  let isSensitive: Bool
  let isExtractable: Bool
  let isFresh: Bool
  /// Only its owner has the value.
  let isValueElsewhere: Bool
  /// It came wrapped.
  let isWrapped: Bool

  init(_ kept: AttributeList) {
    algorithm = kept.value(.cryptographicAlgorithm)?.enumeration
    length = kept.integer(.cryptographicLength)
    format = kept.value(.keyFormatType)?.enumeration
    isSensitive = kept.boolean(.sensitive) ?? false
    isExtractable = kept.boolean(.extractable) ?? true
    isFresh = kept.boolean(.fresh) ?? false
    isValueElsewhere = kept.boolean(.keyValuePresent) == false
    isWrapped = kept.first(.keyWrappingData) != nil
  }
}
