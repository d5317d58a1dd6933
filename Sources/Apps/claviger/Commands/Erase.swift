import AdminAPI
import ArgumentParser
import KMSServer

struct Erase: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make what was destroyed gone from every backup too.",
    discussion: """
      Everything that is left is wrapped again under a new secret, and the old one is destroyed, without which nothing opens that
      was copied before. So no backup from before opens any more: make a new one afterwards. Imports that are under way have to
      be begun again. The server works meanwhile, and goes on by itself if it is stopped. docs/operations/erasure.md tells more.
      """)

  @OptionGroup var place: PlaceOptions

  @Flag(name: .long, help: "Don't ask.")
  var yes = false

  @Flag(name: .long, help: "Don't wait until it is finished: the server goes on by itself.")
  var noWait = false

  func run() async throws {
    let client = AdminClient(try place.dataDirectory())
    try Confirmation.ask(["no backup that was made until now will open any more"], isGiven: yes)
    let beginning = try await client.call(AdminAPI.beginErasure, Done())
    Complaint.say(beginning.hasBegun ? "erasure begun" : "an erasure is under way already")
    if !noWait { try await wait(client) }
  }

  private func wait(_ client: AdminClient) async throws {
    var shown = ""
    while true {
      let status: StatusReport = try AdminClient.decode(try await client.get(AdminAPI.status))
      guard status.erasure.isUnderWay else {
        ProgressBar.end()
        Complaint.say("erased: backups from before \(status.erasure.opensFrom ?? "") no longer open")
        return
      }
      let report = try await client.call(AdminAPI.showEpochs, Done())
      let line = ProgressBar.line(done: report.total - report.left, of: report.total)
      if line != shown { ProgressBar.show(line) }
      shown = line
      try await Task.sleep(for: .milliseconds(500))
    }
  }
}
