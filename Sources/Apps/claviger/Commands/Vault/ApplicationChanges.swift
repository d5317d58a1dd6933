import AdminAPI
import ArgumentParser
import Foundation
import KMSServer
import KMSSystem

extension ApplicationCommand {
  struct AddSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have a secret made by which the application proves itself. It is told now and never again.",
      discussion: "Without --out it goes to standard output, as settings that Azure's clients read.")

    @OptionGroup var application: ApplicationChoice

    @Option(name: .long, help: ArgumentHelp("How long it is good for.", valueName: "days"))
    var days = 180

    @Option(
      name: .long,
      help: ArgumentHelp("A file that gets the settings, readable by its owner alone.", valueName: "file"))
    var out: String?

    @OptionGroup var form: OutputForm

    func run() async throws {
      var change = application.change
      change.secretDays = days
      let changed = try await application.client().call(AdminAPI.changeApplication, change)
      if let out {
        let text = settings(changed).map { $0 + "\n" }.joined()
        try PrivateFile.write(Array(text.utf8), to: out)
        return print("the secret is in \(out)")
      }
      if form.json { return try JSONText.write(changed) }
      for line in settings(changed) { print(line) }
    }

    private func settings(_ changed: ChangedApplication) -> [String] {
      [
        "export AZURE_TENANT_ID=\(changed.application.tenantID)",
        "export AZURE_CLIENT_ID=\(changed.application.clientID)",
        "export AZURE_CLIENT_SECRET=\(changed.secret ?? "")",
      ]
    }
  }

  struct AddCertificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let the application prove itself by the key of a certificate, of whatever issuer.")

    @OptionGroup var application: ApplicationChoice

    @Argument(help: "A file with the certificate (PEM). A key in it stays where it is.")
    var file: String

    @OptionGroup var form: OutputForm

    func run() async throws {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Problem("cannot read \(file)", remedy: "name a file with a certificate in PEM")
      }
      var change = application.change
      change.certificate = try certificate(String(decoding: data, as: UTF8.self))
      let changed = try await application.client().call(AdminAPI.changeApplication, change)
      try ApplicationCommand.write(changed.application, form)
    }

    /// Files for clients hold the private key too, which the server must not see.
    private func certificate(_ text: String) throws -> String {
      let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
      guard let first = text.range(of: begin),
        let last = text.range(of: end, range: first.upperBound..<text.endIndex)
      else { throw Problem("\(file) holds no certificate", remedy: "name a file with a certificate in PEM") }
      return String(text[first.lowerBound..<last.upperBound]) + "\n"
    }
  }

  struct AddFederated: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let the application prove itself by the tokens of an issuer that the server trusts.")

    @OptionGroup var application: ApplicationChoice

    @Option(name: .long, help: "What the credential is called.")
    var name: String

    @Option(name: .long, help: ArgumentHelp("Exactly as in its tokens.", valueName: "url"))
    var issuer: String

    @Option(name: .long, help: "Of whom the tokens are, for example system:serviceaccount:shop:till.")
    var subject: String

    @Option(name: .long, help: "What the tokens are for.")
    var audience = "api://AzureADTokenExchange"

    @OptionGroup var form: OutputForm

    func run() async throws {
      var change = application.change
      change.federated = ApplicationChange.Federation(
        name: name, issuer: issuer, subject: subject, audience: audience)
      let changed = try await application.client().call(AdminAPI.changeApplication, change)
      try ApplicationCommand.write(changed.application, form)
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take away something by which the application proves itself.")

    @OptionGroup var application: ApplicationChoice

    @Argument(
      help: "The id of a secret, the SHA-256 of a certificate, or the name of a federated credential.")
    var credential: String

    @OptionGroup var form: OutputForm

    func run() async throws {
      var change = application.change
      change.removal = credential
      let changed = try await application.client().call(AdminAPI.changeApplication, change)
      try ApplicationCommand.write(changed.application, form)
    }
  }

  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let the application prove itself again.")

    @OptionGroup var application: ApplicationChoice
    @OptionGroup var form: OutputForm

    func run() async throws { try await application.set(isEnabled: true, form) }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shut the application out at once, whatever tokens it has.")

    @OptionGroup var application: ApplicationChoice
    @OptionGroup var form: OutputForm

    func run() async throws { try await application.set(isEnabled: false, form) }
  }
}

extension ApplicationChoice {
  fileprivate func set(isEnabled: Bool, _ form: OutputForm) async throws {
    var change = change
    change.isEnabled = isEnabled
    try ApplicationCommand.write(
      try await client().call(AdminAPI.changeApplication, change).application, form)
  }
}
