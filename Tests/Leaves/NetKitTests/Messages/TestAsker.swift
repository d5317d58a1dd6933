import NetKit
import Synchronization

/// Asks what the test gives it to ask, and keeps the answers; at their end it ends, or waits until it is cancelled.
final class TestAsker: MessageAsker {
  struct State {
    var questions: [String] = []
    /// What each was answered; nil: not at all.
    var answers: [String?] = []
    var waits = false
    var isOver = false
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  let state = Mutex(State())

  func ask(over line: any MessageLine) async {
    while let question = next() {
      let answer = await line.ask(TestMessage.bytes(question))
      state.withLock { $0.answers.append(answer.map(TestService.text)) }
    }
    if state.withLock({ $0.waits }) { await Self.cancellation() }
    let watchers = state.withLock { state in
      state.isOver = true
      defer { state.watchers = [] }
      return state.watchers
    }
    for one in watchers { one.resume() }
  }

  /// Returns when it has nothing more to ask.
  func isOver() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isOver { state.watchers.append(continuation) }
        return state.isOver
      }
      if isOver { continuation.resume() }
    }
  }

  private func next() -> String? {
    state.withLock { $0.questions.isEmpty ? nil : $0.questions.removeFirst() }
  }

  private static func cancellation() async {
    let (never, end) = AsyncStream<Void>.makeStream()
    await withTaskCancellationHandler {
      for await _ in never {}
    } onCancel: {
      end.finish()
    }
  }
}
