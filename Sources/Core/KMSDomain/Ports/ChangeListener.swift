/// What became of a key or another object.
package struct KeyNews: Sendable {
  /// As it was; nil for one that is new, and for one of which nobody had at hand what it was.
  package let before: ProtectedKey?
  package let after: KeyRecord
  package let isNew: Bool

  package init(_ after: KeyRecord, before: ProtectedKey? = nil, isNew: Bool = false) {
    self.after = after
    self.before = before
    self.isNew = isNew
  }
}

/// Told what becomes of keys, whichever door or job changes them, once it is stored and recorded. What it tells others is for it to
/// judge: nobody's rights were asked for.
package protocol ChangeListener: Sendable {
  /// Whether anybody wants to know. Asked at every change.
  var isListening: Bool { get }
  /// Never waits.
  func changed(_ news: [KeyNews])
}

package struct NobodyListens: ChangeListener {
  package init() {}
  package var isListening: Bool { false }
  package func changed(_ news: [KeyNews]) {}
}
