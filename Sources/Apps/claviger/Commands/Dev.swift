import AdminAPI
import ArgumentParser
import KMSServer

struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What only a development server offers.", subcommands: [AddAccessKey.self, AdvanceTime.self])

  struct AddAccessKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-access-key",
      abstract: "Make another access key for the administrator and print its id and secret.")

    @OptionGroup var place: PlaceOptions

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let key: IssuedAccessKey = try AdminClient.decode(try await client.post(AdminAPI.accessKeys, Nothing()))
      print("\(key.accessKeyID) \(key.secretAccessKey)")
    }
  }

  struct AdvanceTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "advance-clock",
      abstract: "Move the server's clock forward, and do at once what comes due by it.",
      discussion:
        "The move stays, and is in the audit log. Signatures of requests are judged by the real time.")

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: ArgumentHelp("How far, in days.", valueName: "days"))
    var days: Int64 = 0

    @Option(name: .long, help: ArgumentHelp("How far, in seconds.", valueName: "seconds"))
    var seconds: Int64 = 0

    func validate() throws {
      guard (0...36_500).contains(days), (0...ClockAdvance.mostSeconds).contains(seconds), days + seconds > 0
      else { throw ValidationError("say how far, with --days or --seconds; at most a hundred years") }
    }

    func run() async throws {
      let client = AdminClient(try place.dataDirectory())
      let wanted = ClockAdvance(seconds: min(days * 86_400 + seconds, ClockAdvance.mostSeconds))
      let reading: ClockReading = try AdminClient.decode(
        try await client.post(AdminAPI.advanceClock, wanted))
      let done =
        "keys destroyed: \(reading.destroyedKeys), rotated: \(reading.rotatedKeys)"
        + ", material expired: \(reading.expiredKeys)"
      print("the clock stands at \(reading.now); \(done)")
    }
  }

  private struct Nothing: Encodable {}
}
