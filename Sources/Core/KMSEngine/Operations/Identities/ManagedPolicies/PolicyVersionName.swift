/// A version of a managed policy as a caller names it.
package struct PolicyVersionName: Hashable, Sendable {
  /// nil for a name that no version has.
  package let number: Int?
  package let written: String

  package init(number: Int?, written: String) {
    self.number = number
    self.written = written
  }
}

/// How a managed policy limits or allows.
package enum PolicyUsage: Sendable {
  /// It is attached: it allows and denies.
  case permissions
  case boundary
}
