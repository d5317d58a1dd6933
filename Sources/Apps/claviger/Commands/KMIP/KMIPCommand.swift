import AdminAPI
import ArgumentParser
import Foundation
import KMSServer

/// Clients of the KMIP port.
struct KMIPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kmip", abstract: "Clients that speak KMIP.", subcommands: [KMIPClientCommand.self])
}

struct KMIPClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Clients that are known by a certificate.",
    discussion: """
      A client that may make, keep, find and use keys and other objects, with everything that it needs in a folder:

        claviger kmip client add array-1 --out ./array-1

      A client is a user of the account, in the path /kmip/; its rights are that user's policies.
      """,
    subcommands: [Add.self, List.self, Revoke.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a client in: make its key and certificate, or take a certificate that it has.",
      discussion: """
        The key is made here and goes into the folder and nowhere else; the server sees a request for a certificate. A name that is
        there already gets a further certificate, so that one can follow the other without a pause.
        """)

    @Argument(help: "What the client is called.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "A ready-made role for a new client. May be repeated. Default: kmip-client.", valueName: "role"))
    var role: [String] = []

    @Option(
      name: .long,
      help: ArgumentHelp("Where its files go. Default: a folder of its name.", valueName: "folder"))
    var out: String?

    @Option(
      name: .long,
      help: ArgumentHelp("A certificate that the client has already (PEM).", valueName: "file"))
    var certificate: String?

    @Option(
      name: .long, help: ArgumentHelp("How long a new certificate lasts. Default: 397.", valueName: "days"))
    var days: Int?

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let roles = role.isEmpty ? ["kmip-client"] : role
      guard let certificate else { return try await make(roles) }
      let text = try String(contentsOfFile: certificate, encoding: .utf8)
      let added = try await place.client().call(
        AdminAPI.addKMIPClient,
        NewKMIPClient(
          account: place.account, name: name, roles: roles, request: nil, certificate: text, days: nil))
      if form.json { return try JSONText.write(added) }
      print("client \(name) is known by \(added.client.fingerprint)")
    }

    private func make(_ roles: [String]) async throws {
      let files = ClientFiles(in: out ?? name)
      let request = try files.makeKey(name: name)
      let added = try await place.client().call(
        AdminAPI.addKMIPClient,
        NewKMIPClient(
          account: place.account, name: name, roles: roles, request: request, certificate: nil,
          days: days))
      let (host, port) = KMIPClientCommand.split(added.endpoint)
      try files.write(
        certificate: added.certificate ?? "",
        authority: try added.serverAuthorityFile.map { try String(contentsOfFile: $0, encoding: .utf8) },
        host: host, port: port)
      if form.json { return try JSONText.write(added) }
      print("client \(name) is known by \(added.client.fingerprint), until \(added.client.notAfter)")
      print("  key          \(files.key)")
      print("  certificate  \(files.certificate)")
      if added.serverAuthorityFile != nil { print("  trusts       \(files.authority)") }
      print("  for PyKMIP   \(files.configuration)")
      if let endpoint = added.endpoint {
        print("KMIP listens on \(endpoint)")
      } else {
        print("KMIP is off: start the server with --listen-kmip 127.0.0.1:5696")
      }
    }
  }

  /// The usual port where KMIP is off.
  static func split(_ endpoint: String?) -> (host: String, port: Int) {
    guard let endpoint, let colon = endpoint.lastIndex(of: ":"),
      let port = Int(endpoint[endpoint.index(after: colon)...])
    else { return ("127.0.0.1", 5696) }
    return (String(endpoint[..<colon]), port)
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say which clients there are, and their certificates.")

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let client = try place.client()
      var entries: [KMIPClientList.Entry] = []
      var marker: String?
      repeat {
        let part = try await client.call(
          AdminAPI.listKMIPClients, ListRequest(account: place.account, marker: marker))
        entries += part.clients
        marker = part.next
      } while marker != nil
      try KMIPClientCommand.write(KMIPClientList(clients: entries, next: nil), form)
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shut a client out: its certificates are no longer known, and its connections end.")

    @Argument(help: "The client's name.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp("Only the certificate of this fingerprint.", valueName: "64 hex digits"))
    var fingerprint: String?

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func run() async throws {
      let revoked = try await place.client().call(
        AdminAPI.revokeKMIPClient,
        KMIPClientRequest(account: place.account, name: name, fingerprint: fingerprint))
      try KMIPClientCommand.write(revoked, form)
    }
  }

  static func write(_ list: KMIPClientList, _ form: OutputForm) throws {
    if form.json { return try JSONText.write(list) }
    let rows = list.clients.map {
      [$0.name, $0.isActive ? "active" : "revoked", $0.notAfter, $0.fingerprint, $0.subject]
    }
    for line in Columns.lines(["NAME", "STATE", "UNTIL", "FINGERPRINT", "SUBJECT"], rows) { print(line) }
  }
}
