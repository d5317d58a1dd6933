import AdminAPI
import ArgumentParser
import Foundation
import KMSBytes
import KMSServer

/// What seals the root key, and changes of it.
struct SealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal", abstract: "What seals the root key, and changes of it.",
    discussion: """
        claviger seal status
        claviger seal rotate-root
        claviger seal migrate --to passphrase --set passphrase-file=/etc/claviger/passphrase
        claviger seal migrate --to shamir --set threshold=2 --set shares=3
      """,
    subcommands: [Status.self, RotateRoot.self, Migrate.self])

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what seals the root key, and how far it is.")
    @OptionGroup var place: PlaceOptions
    @OptionGroup var form: OutputForm

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let status = try await client.call(AdminAPI.sealStatus, NothingAsked())
      if form.json { return try JSONText.write(status) }
      print(SealText.lines(status).joined(separator: "\n"))
    }
  }

  struct RotateRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rotate-root",
      abstract: "Put a new root key in the place of the present one, under the same seal.",
      discussion: "The server goes on serving. If it ends in between, its next start finishes the change.")
    @OptionGroup var place: PlaceOptions
    @OptionGroup var typed: TypedPassphrase

    func run() async throws {
      try Startup.restartHardened()
      try await SealCommand.replace(place, [:], try typed.passphrase())
    }
  }

  struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put a new root key under another seal in the place of the present one.",
      discussion: """
        The server goes on serving. Change the configuration to the new seal afterwards: the next start needs it. If the
        server ends in between, it starts with the old seal or the new one, and finishes the change.
        """)
    @OptionGroup var place: PlaceOptions
    @OptionGroup var typed: TypedPassphrase

    @Option(
      name: .long,
      help: ArgumentHelp("The new seal's kind, as seal.kind in the configuration.", valueName: "kind"))
    var to: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "A setting of the new seal, as in the configuration below seal; as often as needed.",
        valueName: "name=value"))
    var set: [String] = []

    func run() async throws {
      var settings = ["seal.kind": to]
      for pair in set {
        guard let equals = pair.firstIndex(of: "=") else {
          throw ValidationError("--set takes name=value, not \(pair)")
        }
        let name = "seal." + pair[..<equals]
        guard name != "seal.kind" else { throw ValidationError("--to says the kind, not --set") }
        guard settings[name] == nil else { throw ValidationError("\(name) is set twice") }
        settings[name] = String(pair[pair.index(after: equals)...])
      }
      try Startup.restartHardened()
      try await SealCommand.replace(place, settings, try typed.passphrase())
      print("change the configuration to this seal before the next start: seal.kind \(to)")
    }
  }

  private static func replace(
    _ place: PlaceOptions, _ settings: [String: String], _ passphrase: WipedBytes?
  ) async throws {
    let client = AdminClient(try place.dataDirectory())
    let before = try await client.call(AdminAPI.sealStatus, NothingAsked())
    let progress = SealProgress(client, before)
    let done = try await progress.during {
      try await client.replaceRoot(settings, passphrase: passphrase)
    }
    let moved = "\(done.epochs) of \(before.epochs ?? done.epochs) epochs moved"
    guard !done.shares.isEmpty else {
      progress.end()
      return print("new root under \(done.kind); \(moved)")
    }
    progress.pauseBeforeEnd()
    let lines = SealText.shares(
      done.shares, needed: done.needed ?? done.shares.count, store: before.store, what: "share")
    // Unbuffered: before people have the new shares, the old root must not go.
    try FileHandle.standardOutput.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    _ = try await client.call(AdminAPI.finishRoot, NothingAsked())
    progress.end()
    print("new root under \(done.kind); \(moved)")
  }
}

/// A passphrase that is typed for a new root.
struct TypedPassphrase: ParsableArguments {
  @Flag(name: .long, help: "Ask for the passphrase of the seal at the terminal.")
  var askPassphrase = false

  func passphrase() throws -> WipedBytes? {
    guard askPassphrase else { return nil }
    let first = try ShareOptions.ask("passphrase of the seal: ")
    let second = try ShareOptions.ask("the same once more: ")
    guard first.withBytes({ one in second.withBytes { ConstantTime.equal(one, $0) } }) else {
      throw Problem("the two passphrases differ", remedy: "try again")
    }
    return first
  }
}
