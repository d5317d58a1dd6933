import ArgumentParser
import Foundation
import KMSServer

extension Audit {
  struct Certificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Certify that a key was destroyed and is in no backup that opens.",
      discussion: """
        Prints one JSON document: the records of the key's destruction and of the erasure that reached it, each with the proof
        that it is in the log, and the signed checkpoint. Whoever has the log's verifier key can check it without the log. Works
        on the files alone, with or without a running server. docs/audit-log.md describes the document.
        """)

    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: ArgumentHelp("The key.", valueName: "ARN|id"))
    var key: String

    func run() async throws {
      let text = try Certificates.certificate(of: key, try place.configurationOfDirectory())
      FileHandle.standardOutput.write(Data(text))
    }
  }

  struct VerifyCertificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a certificate of destruction, without the log.",
      discussion: "Exit code 1 when it proves nothing.")

    @Argument(help: "The file with the certificate.")
    var file: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The log's public key, as a copy of its verifier-key that was got from elsewhere than the certificate.",
        valueName: "file"))
    var key: String

    func run() async throws {
      for line in try Certificates.verify(file, key: key) { print(line) }
    }
  }
}
