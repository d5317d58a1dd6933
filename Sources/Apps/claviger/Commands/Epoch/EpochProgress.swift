import AdminAPI

/// Watches a running server while it wraps everything again.
struct EpochProgress {
  private let client: AdminClient
  private static let pause = Duration.milliseconds(500)

  init(_ client: AdminClient) { self.client = client }

  /// Returns once no older epoch is left.
  @discardableResult
  func follow(_ first: EpochReport) async throws -> EpochReport {
    var report = first
    var shown = ""
    while !report.isSettled {
      let line = ProgressBar.line(done: report.total - report.left, of: report.total)
      if line != shown { ProgressBar.show(line) }
      shown = line
      try await Task.sleep(for: EpochProgress.pause)
      report = try await client.call(AdminAPI.showEpochs, Done())
    }
    let last = ProgressBar.line(done: report.total, of: report.total)
    if last != shown { ProgressBar.show(last) }
    ProgressBar.end()
    return report
  }
}
