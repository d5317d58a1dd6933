package import KMSDomain

/// An operation whose answer needs nothing that is stored: the caller must only be allowed to ask.
package struct PureAnswer<Answer: Sendable>: AccountQuery {
  package typealias Prepared = Answer

  package let action: Action
  package let operation: String
  package let account: AccountID
  private let answer: Answer

  package init(_ action: Action, _ operation: String, of account: AccountID, _ answer: Answer) {
    self.action = action
    self.operation = operation
    self.account = account
    self.answer = answer
  }

  package func prepare(_ desk: Desk) -> Answer { answer }
}
