/// Why a command can't go on, and what to do about it: one line for a person.
package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
  package let what: String
  package let remedy: String

  package init(_ what: String, remedy: String) {
    self.what = what
    self.remedy = remedy
  }

  package var description: String { "\(what) — \(remedy)" }
}
