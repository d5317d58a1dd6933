// swift-format-ignore-file: AlwaysUseLowerCamelCase
// A version's digits need something between them.

/// A version of the protocol, as in a message's Protocol Version. Any two numbers make one; `known` says which exist.
package struct KMIPVersion: Hashable, Comparable, Sendable {
  package let major: Int32
  package let minor: Int32

  package init(major: Int32, minor: Int32) {
    self.major = major
    self.minor = minor
  }

  package static let v1_0 = KMIPVersion(major: 1, minor: 0)
  package static let v1_1 = KMIPVersion(major: 1, minor: 1)
  package static let v1_2 = KMIPVersion(major: 1, minor: 2)
  package static let v1_3 = KMIPVersion(major: 1, minor: 3)
  package static let v1_4 = KMIPVersion(major: 1, minor: 4)
  package static let v2_0 = KMIPVersion(major: 2, minor: 0)
  package static let v2_1 = KMIPVersion(major: 2, minor: 1)

  /// The versions that the registry describes, oldest first.
  package static let known = [v1_0, v1_1, v1_2, v1_3, v1_4, v2_0, v2_1]

  package static func < (one: KMIPVersion, other: KMIPVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}

extension KMIPVersion: CustomStringConvertible {
  package var description: String { "\(major).\(minor)" }
}
