import AdminAPI
import ArgumentParser
import Foundation
import KMSServer

extension KMIPClientCommand {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let a client in: make its key and certificate, or take a certificate that it has.",
      discussion: """
        The key is made here and goes into the folder and nowhere else; the server sees a request for a certificate. A name that is
        there already gets a further certificate, so that one can follow the other without a pause.

          claviger kmip client add array-1
          claviger kmip client add array-1 --out ./array-1-next
          claviger kmip client add array-2 --certificate array-2.pem
        """)

    @Argument(help: "What the client is called.")
    var name: String

    @Option(
      name: .long,
      help: ArgumentHelp(
        "A ready-made role that it gets. May be repeated. Default: kmip-client.", valueName: "role"))
    var role: [String] = []

    @Option(
      name: .long,
      help: ArgumentHelp("Where its files go. Default: a folder of its name.", valueName: "folder"))
    var out: String?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "A certificate that the client has already (PEM), of whatever issuer. Makes no files.",
        valueName: "file"))
    var certificate: String?

    @Option(
      name: .long, help: ArgumentHelp("How long a new certificate lasts. Default: 397.", valueName: "days"))
    var days: Int?

    @Option(
      name: .long,
      help: ArgumentHelp(
        "What clients call the server, for pykmip.conf. Default: where it listens.", valueName: "name"))
    var host: String?

    @OptionGroup var place: IdentityPlace
    @OptionGroup var form: OutputForm

    func validate() throws {
      guard certificate == nil || (out == nil && days == nil && host == nil) else {
        throw ValidationError("--out, --days and --host are about files, and --certificate makes none")
      }
      guard certificate != nil || out != nil || (name != "." && name != ".." && !name.contains("/")) else {
        throw ValidationError("no folder can be called \(name): name one with --out")
      }
    }

    func run() async throws {
      if let certificate { try await take(certificate) } else { try await make() }
    }

    private func take(_ path: String) async throws {
      guard let data = FileManager.default.contents(atPath: path),
        let text = String(data: data, encoding: .utf8)
      else { throw Problem("cannot read \(path)", remedy: "name a file with a certificate in PEM") }
      let added = try await place.client().call(AdminAPI.addKMIPClient, wanted(certificate: text))
      if form.json { return try JSONText.write(added) }
      print("client \(name) is known by \(added.client.fingerprint), until \(added.client.notAfter)")
    }

    private func make() async throws {
      let client = try place.client()
      let files = ClientFiles(in: out ?? name)
      let request = try files.makeKey(name: name)
      let added: AddedKMIPClient
      do {
        added = try await client.call(AdminAPI.addKMIPClient, wanted(request: request))
      } catch {
        files.abandon()
        throw error
      }
      let server = ServerAddress(added.endpoint, host: host)
      try files.write(
        certificate: added.certificate ?? "", authority: try authority(of: added), server: server)
      if form.json { return try JSONText.write(added) }
      say(added, files, server)
    }

    private func wanted(request: String? = nil, certificate: String? = nil) -> NewKMIPClient {
      NewKMIPClient(
        account: place.account, name: name, roles: role.isEmpty ? ["kmip-client"] : role, request: request,
        certificate: certificate, days: days)
    }

    private func authority(of added: AddedKMIPClient) throws -> String? {
      guard let path = added.serverAuthorityFile else { return nil }
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Problem("cannot read \(path)", remedy: "copy it to the client as ca.pem")
      }
      return String(decoding: data, as: UTF8.self)
    }

    private func say(_ added: AddedKMIPClient, _ files: ClientFiles, _ server: ServerAddress) {
      print("client \(name) is known by \(added.client.fingerprint), until \(added.client.notAfter)")
      print("  key          \(files.key)")
      print("  certificate  \(files.certificate)")
      if added.serverAuthorityFile != nil {
        print("  trusts       \(files.authority)")
      } else {
        print(
          "  trusts       whoever vouches for the server's certificate, which is your own: put that into \(files.authority)"
        )
      }
      print("  for PyKMIP   \(files.configuration)")
      guard added.endpoint != nil else {
        return print("KMIP is off now: see listen-kmip in the server's configuration")
      }
      print("Give these to the client's program, which connects to \(server.host), port \(server.port).")
      print("With PyKMIP: ProxyKmipClient(config_file='\(files.configuration)')")
    }
  }
}
