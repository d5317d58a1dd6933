import KMSDomain
import KMSSystem

/// What a client needs to know of a server, as shell exports and as lines to paste.
package struct Exports: Sendable, Equatable {
  /// nil where a listener is off.
  package var endpoint: String?
  package var tlsEndpoint: String?
  package var kmip: KMIP?
  package var azure: Azure?
  package var authorityFile: String?
  package var accessKeyID: String
  package var secretAccessKey: String
  package var region: String
  package var account: String

  package init(
    endpoint: String?, tlsEndpoint: String?, kmip: KMIP? = nil, azure: Azure? = nil, authorityFile: String?,
    accessKeyID: String, secretAccessKey: String, region: String, account: String
  ) {
    self.kmip = kmip
    self.azure = azure
    self.endpoint = endpoint
    self.tlsEndpoint = tlsEndpoint
    self.authorityFile = authorityFile
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.region = region
    self.account = account
  }

  private var variables: [(name: String, value: String)] {
    var result: [(String, String)] = []
    if let endpoint { result.append(("CLAVIGER_ENDPOINT", endpoint)) }
    if let tlsEndpoint { result.append(("CLAVIGER_TLS_ENDPOINT", tlsEndpoint)) }
    if let authorityFile { result.append(("CLAVIGER_CA_FILE", authorityFile)) }
    result.append(("CLAVIGER_ACCOUNT_ID", account))
    result += clientVariables
    if let kmip { result += kmip.variables }
    if let azure { result += azure.variables(trusting: authorityFile) }
    return result
  }

  /// How the first user speaks KMIP.
  package struct KMIP: Sendable, Equatable {
    package var host: String
    package var port: Int
    /// Paths of PEM files.
    package var certificate: String
    package var key: String
    package var authority: String

    package init(host: String, port: Int, certificate: String, key: String, authority: String) {
      self.host = host
      self.port = port
      self.certificate = certificate
      self.key = key
      self.authority = authority
    }

    init(server: ServerAddress, files: ClientFiles) {
      self.init(
        host: server.host, port: server.port, certificate: files.certificate, key: files.key,
        authority: files.authority)
    }

    var endpoint: String { Endpoint(host: host, port: port).authority }

    fileprivate var variables: [(name: String, value: String)] {
      [
        ("CLAVIGER_KMIP_ENDPOINT", endpoint), ("KMIP_HOST", host), ("KMIP_PORT", String(port)),
        ("KMIP_CERT", certificate), ("KMIP_KEY", key),
        ("KMIP_CA", authority),
      ]
    }
  }

  /// What the AWS command line and SDKs read.
  private var clientVariables: [(name: String, value: String)] {
    var result = [
      ("AWS_ACCESS_KEY_ID", accessKeyID), ("AWS_SECRET_ACCESS_KEY", secretAccessKey),
      ("AWS_DEFAULT_REGION", region), ("AWS_REGION", region),
    ]
    if let url = endpoint ?? tlsEndpoint { result.append(("AWS_ENDPOINT_URL", url)) }
    if endpoint == nil, let authorityFile { result.append(("AWS_CA_BUNDLE", authorityFile)) }
    return result
  }

  /// One `export NAME='VALUE'` a line.
  package var shell: String { Exports.lines(variables) }

  /// What a person pastes into a shell to try the server.
  package var paste: String {
    Exports.lines(clientVariables) + "aws kms create-key --description 'my first key'\n"
  }

  /// What the AWS command line and SDKs read, and nothing else.
  package var forClients: String { Exports.lines(clientVariables) }

  /// What a production server prints once, when it is made.
  package var firstLines: String {
    "# The first access key. Its secret is shown here once and kept nowhere in clear.\n" + paste
  }

  static func lines(_ variables: [(name: String, value: String)]) -> String {
    variables.map { "export \($0.name)=\(quote($0.value))\n" }.joined()
  }

  /// In single quotes, so that the shell takes every character as it is.
  private static func quote(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension Exports {
  /// What a running development server has left in its directory.
  /// - Throws: `Problem` when this is no development server, or none is running.
  package init(ofRunning directory: DataDirectory) throws {
    guard try directory.state() == .made(.development) else {
      throw Problem(
        "\(directory.path) is no directory of a development server",
        remedy: "start one with claviger serve --dev, or name another --data-dir")
    }
    do {
      let endpoints = try KeyValueFile(reading: directory.devEndpoints)
      let credentials = try KeyValueFile(reading: directory.devCredentials)
      guard let id = credentials["access-key-id"], let secret = credentials["secret-access-key"],
        let region = endpoints["region"]
      else {
        throw Problem("\(directory.dev) is damaged", remedy: "restart the server")
      }
      self.init(
        endpoint: endpoints["http"], tlsEndpoint: endpoints["https"],
        kmip: endpoints["kmip"].map {
          KMIP(server: ServerAddress($0, host: nil), files: ClientFiles(in: directory.devKMIP))
        },
        azure: endpoints["https"].flatMap { https in
          endpoints["azure-domain"].flatMap {
            DevelopmentVault.exports(in: directory, https: https, domain: $0)
          }
        }, authorityFile: endpoints["ca"],
        accessKeyID: id, secretAccessKey: secret, region: region,
        account: try Owner(reading: directory).account.text)
    } catch let error as SystemError where error.isAbsence {
      throw Problem(
        "no server is running on \(directory.path)",
        remedy: "start it with claviger serve --dev --data-dir \(directory.path)")
    }
  }

  /// For `claviger env` in other processes; secrets are in a file of their own.
  func writeEndpoints(to directory: DataDirectory, azureDomain: String) throws {
    var pairs: [(name: String, value: String)] = []
    if let endpoint { pairs.append(("http", endpoint)) }
    if let tlsEndpoint { pairs.append(("https", tlsEndpoint)) }
    if let kmip { pairs.append(("kmip", kmip.endpoint)) }
    if let authorityFile { pairs.append(("ca", authorityFile)) }
    pairs.append(("azure-domain", azureDomain))
    pairs.append(("region", region))
    try KeyValueFile(pairs).write(to: directory.devEndpoints)
  }
}
