/// What one check of `claviger doctor` found.
package struct Finding: Sendable, Equatable {
  package enum Grade: String, Sendable {
    case ok
    case warn
    case fail
  }

  package let grade: Grade
  /// What was looked at, in a word or two.
  package let subject: String
  /// What is the matter and, unless it is well, what to do.
  package let text: String

  package init(_ grade: Grade, _ subject: String, _ text: String) {
    self.grade = grade
    self.subject = subject
    self.text = text
  }

  /// For people: grade, subject and text in columns.
  package var line: String {
    let first = grade.rawValue + String(repeating: " ", count: 6 - grade.rawValue.count)
    return first + subject + String(repeating: " ", count: max(1, 16 - subject.count)) + text
  }
}
