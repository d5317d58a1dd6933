import AdminAPI
import ArgumentParser
import KMSServer

struct Unseal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand in a share of a sealed server's seal, or type its passphrase or its token's PIN.",
    discussion: """
      Each person hands in one share; with the last one that is needed the server opens. Shares wait for others for 15
      minutes. Run it as the user that runs the server.

        claviger unseal --data-dir /var/lib/claviger
        claviger unseal --data-dir /var/lib/claviger --share-file /media/stick/share
      """)

  @OptionGroup var place: PlaceOptions
  @OptionGroup var source: ShareOptions

  @Flag(name: .long, help: "Forget the shares that were handed in, and hand in none.")
  var reset = false

  func run() async throws {
    let client = AdminClient(try place.dataDirectory())
    if reset {
      return print(SealText.progress(try await client.call(AdminAPI.resetUnseal, NothingAsked())))
    }
    let status = try await client.call(AdminAPI.sealStatus, NothingAsked())
    guard status.state == .sealed else { return print("the server is open") }
    try Startup.restartHardened()
    var shares = try source.shares()
    if shares.isEmpty {
      shares = [try ShareOptions.ask("\(SealText.wanted(status)) for server \(status.store): ")]
    }
    for share in shares { print(SealText.progress(try await client.handIn(share))) }
  }
}

/// What a seal's state looks like to people.
enum SealText {
  static func progress(_ status: SealStatus) -> String {
    switch status.state {
    case .open: "the server is open"
    case .opening: "the seal is open; the server is starting"
    case .sealed:
      status.progress.map { "sealed: \($0.given) of \($0.needed) shares" } ?? "sealed: \(status.reason ?? "")"
    }
  }

  /// What to ask for.
  static func wanted(_ status: SealStatus) -> String {
    switch status.wanted {
    case .pin: "PIN of the token"
    case .passphrase: "passphrase"
    case .share, nil: status.progress.map { "share (\($0.given) of \($0.needed) given)" } ?? "share"
    }
  }

  static func lines(_ status: SealStatus) -> [String] {
    var lines = [
      "state      \(progress(status))", "server     \(status.store)",
      "seal       \(status.kinds.joined(separator: ", replacing ")), format \(status.format)",
    ]
    if let reason = status.reason { lines.append("because    \(reason)") }
    if let change = status.change {
      lines.append("change     \(ProgressBar.line(done: change.done, of: change.total))")
    }
    if let epochs = status.epochs {
      lines.append("epochs     \(epochs), \(status.epochsToMove ?? 0) still to follow the root")
    }
    lines.append("recovery   " + recovery(status))
    return lines
  }

  private static func recovery(_ status: SealStatus) -> String {
    guard let recovery = status.recovery else { return "none: make one with claviger recovery create" }
    let shares = "\(recovery.needed) of \(recovery.shares) shares"
    guard let opens = recovery.epochs, let all = status.epochs else { return shares }
    return shares + (opens == all ? " open everything" : " open \(opens) of \(all) epochs")
  }

  /// Shares as they are printed once.
  static func shares(_ shares: [String], needed: Int, store: String, what: String) -> [String] {
    shares.enumerated().flatMap { index, share in
      ["\(what) \(index + 1) of \(shares.count), \(needed) needed, server \(store):", share]
    }
  }
}
