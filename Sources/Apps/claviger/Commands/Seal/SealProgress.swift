import AdminAPI

/// Watches a running server while it changes its root.
struct SealProgress {
  private let client: AdminClient
  private let total: Int
  private static let pause = Duration.milliseconds(500)

  /// - Parameter before: how it stood when it was asked; an earlier change that isn't finished counts.
  init(_ client: AdminClient, _ before: SealStatus) {
    self.client = client
    // The new root, each epoch, and the end of the old one.
    total = before.change?.total ?? (before.epochs ?? 0) + 2
    show(before.change?.done ?? 0)
  }

  /// Shows how far it is until the work is done.
  func during<Answer: Sendable>(_ work: () async throws -> Answer) async throws -> Answer {
    let watching = Task { await watch() }
    do {
      let answer = try await work()
      watching.cancel()
      await watching.value
      return answer
    } catch {
      watching.cancel()
      await watching.value
      ProgressBar.end()
      throw error
    }
  }

  /// All but the old root's end, which waits for people.
  func pauseBeforeEnd() {
    show(total - 1)
    ProgressBar.end()
  }

  func end() {
    show(total)
    ProgressBar.end()
  }

  private func watch() async {
    var last: ChangeProgress?
    while !Task.isCancelled {
      guard (try? await Task.sleep(for: SealProgress.pause)) != nil else { return }
      guard let status = try? await client.call(AdminAPI.sealStatus, NothingAsked()) else { continue }
      guard !Task.isCancelled, let change = status.change, change != last else { continue }
      ProgressBar.show(ProgressBar.line(done: change.done, of: change.total))
      last = change
    }
  }

  private func show(_ done: Int) { ProgressBar.show(ProgressBar.line(done: done, of: total)) }
}
