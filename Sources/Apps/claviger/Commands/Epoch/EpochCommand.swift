import AdminAPI
import ArgumentParser
import KMSServer

/// Wrapping-key epochs of a running server.
struct EpochCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "epoch",
    abstract: "The keys under which everything is wrapped that is stored.",
    discussion: """
      A server makes a new epoch by itself long before one is used up. Everything that is stored is then wrapped again under it,
      in the background and while the server works; nothing is lost if the server stops meanwhile. docs/operations/erasure.md
      says what it is good for.
      """,
    subcommands: [Rotate.self, Show.self])

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a new epoch, and have everything wrapped again under it.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Don't wait until everything is wrapped again: the server goes on by itself.")
    var noWait = false

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let report = try await client.call(AdminAPI.rotateEpoch, Done())
      Complaint.say("epoch \(report.newest) wraps from now on")
      if !noWait { try await EpochProgress(client).follow(report) }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Say how much is wrapped under which epoch.")

    @OptionGroup var place: PlaceOptions

    @Flag(name: .long, help: "Print the whole answer as JSON.")
    var json = false

    @Flag(name: .long, help: "Go on until nothing is left under older epochs.")
    var wait = false

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      var report = try await client.call(AdminAPI.showEpochs, Done())
      if wait { report = try await EpochProgress(client).follow(report) }
      if json { return try JSONText.write(report) }
      print(EpochText.lines(report).joined(separator: "\n"))
    }
  }
}

/// The epochs for people.
enum EpochText {
  static func lines(_ report: EpochReport) -> [String] {
    var lines = report.epochs.map { epoch in
      "epoch \(epoch.number), made \(epoch.createdAt)\(epoch.number == report.newest ? ", wraps" : ""): "
        + "\(epoch.materials) of keys, \(epoch.accessKeys) of access keys, \(epoch.keyStores) of key stores, "
        + "\(epoch.tokenKeys) of tokens"
    }
    lines += report.retired.map {
      "epoch \($0.number), gone; tokens that it sealed end by \($0.until)"
    }
    if !report.isSettled {
      lines.append(ProgressBar.line(done: report.total - report.left, of: report.total))
    }
    return lines
  }
}
