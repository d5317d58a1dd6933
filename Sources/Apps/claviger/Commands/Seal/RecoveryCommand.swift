import AdminAPI
import ArgumentParser
import KMSServer

/// For the day on which what opens the seal is lost.
struct RecoveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery", abstract: "Shares that open the store when what opens the seal is lost.",
    discussion: """
        claviger recovery create 2/3
        claviger recovery verify --data-dir /var/lib/claviger
      """, subcommands: [Create.self, Verify.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make new recovery shares and print them once; those from before open nothing any more.")

    @Argument(help: ArgumentHelp("How many are needed, and how many there are.", valueName: "needed/shares"))
    var numbers: ShareNumbers

    @OptionGroup var place: PlaceOptions

    func run() async throws {
      try Startup.restartHardened()
      let client = AdminClient(try place.dataDirectory())
      let before = try await client.call(AdminAPI.sealStatus, NothingAsked())
      let made = try await client.call(
        AdminAPI.createRecovery, WantedShares(needed: numbers.needed, shares: numbers.shares))
      for line in SealText.shares(
        made.shares, needed: numbers.needed, store: before.store, what: "recovery share")
      {
        print(line)
      }
      Complaint.say("give each to another person; nobody can print them again")
    }
  }
}

extension RecoveryCommand {
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try whether recovery shares open the store, and change nothing: a drill.",
      discussion: """
        The server may run meanwhile and doesn't see the shares; on a copy of the data directory it works as well. Each
        person types a share. The shares stay good.
        """)

    @OptionGroup var place: PlaceOptions
    @OptionGroup var source: ShareOptions

    func run() async throws {
      let configuration = try place.configurationOfDirectory()
      try Startup.restartHardened()
      let drill = try RecoveryDrill(configuration)
      for share in try source.shares() { try drill.add(share) }
      while drill.progress.given < drill.progress.needed {
        let (given, needed) = drill.progress
        try drill.add(
          try ShareOptions.ask("recovery share for server \(drill.store) (\(given) of \(needed) given): "))
      }
      let found = try await drill.run()
      print(
        "the shares open everything: \(found.epochs) of \(found.epochs) epochs, and with them what is stored of \(found.keys) keys"
      )
      print("nothing was changed")
    }
  }
}

/// "2/3".
struct ShareNumbers: ExpressibleByArgument {
  let needed: Int
  let shares: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let needed = parts[0], let shares = parts[1] else { return nil }
    self.needed = needed
    self.shares = shares
  }
}

struct Recover: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open a store by recovery shares, and put it under the seal of the configuration.",
    discussion: """
      For when the key file, the passphrase, the token or the other service is lost. The server must not run. Name the
      new seal in the configuration first. The shares stay good.

        claviger recover --config /etc/claviger/claviger.yaml
        claviger recover --data-dir /var/lib/claviger --share-file one --share-file two
      """)

  @OptionGroup var place: PlaceOptions
  @OptionGroup var source: ShareOptions
  @OptionGroup var seal: AcceptedSealOption

  func run() async throws {
    let configuration = try place.configurationOfDirectory()
    try Startup.restartHardened()
    let recovery = try StoreRecovery(configuration, accepting: seal.acceptSeal)
    for share in try source.shares() { try recovery.add(share) }
    while recovery.progress.given < recovery.progress.needed {
      let (given, needed) = recovery.progress
      try recovery.add(
        try ShareOptions.ask("recovery share for server \(recovery.store) (\(given) of \(needed) given): "))
    }
    let (epochs, shares) = try await recovery.run()
    print("recovered: \(epochs) epochs moved to a new root key; start the server with claviger serve")
    if !shares.isEmpty { print(shares, terminator: "") }
  }
}
