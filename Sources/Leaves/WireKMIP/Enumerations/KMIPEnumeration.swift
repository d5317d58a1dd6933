/// The enumerations and masks of the specification, each named as the tag that holds it.
package enum KMIP {}

/// The numbers that one of the specification's enumerations may have. Numbers of vendors (`0x8…`) have no case.
///
/// The registry has the same numbers with their names and versions; a test holds the two together.
package protocol KMIPEnumeration: RawRepresentable<UInt32>, CaseIterable, Hashable, Sendable {
  /// The tag that gives the enumeration its name. Other tags may hold it too.
  static var tag: KMIPTag { get }
}
