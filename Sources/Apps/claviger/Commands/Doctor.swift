import AdminAPI
import ArgumentParser
import KMSServer

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a data directory and the machine, and say what to do about what is wrong.",
    discussion: """
      Works whether or not the server runs; while it runs, what needs the server's files to itself is left out.
      Nothing is written.
      Exit code 1 when something failed; warnings don't count.
      """)

  @OptionGroup var place: PlaceOptions

  func run() async throws {
    let configuration = try place.configurationOfDirectory()
    try Startup.restartHardened()
    var (findings, isRunning) = await (try Examination(configuration)).run()
    if isRunning { findings.append(await askServer()) }
    for finding in findings { print(finding.line) }
    if findings.contains(where: { $0.grade == .fail }) { throw ExitCode.failure }
  }

  private func askServer() async -> Finding {
    do {
      let client = AdminClient(try place.dataDirectory())
      let report: StatusReport = try AdminClient.decode(try await client.get(AdminAPI.status))
      return Finding(.ok, "server", "answers; version \(report.version), \(report.store.keys) keys")
    } catch {
      return Finding(.fail, "server", "holds the directory but does not answer: \(error)")
    }
  }
}
