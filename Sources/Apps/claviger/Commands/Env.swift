import ArgumentParser
import KMSServer

struct Env: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print shell exports for the clients of a running development server.",
    discussion: """
      eval "$(claviger env --data-dir ./kms)"
      aws kms create-key
      """)

  @OptionGroup var place: PlaceOptions

  func run() throws {
    print(try Exports(ofRunning: try place.dataDirectory()).shell, terminator: "")
  }
}
