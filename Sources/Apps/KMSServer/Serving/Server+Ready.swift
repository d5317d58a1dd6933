import KMSDomain
import KMSSystem
import Logging

// What the server says and leaves behind once its doors are open.
extension Server {
  /// Tells whoever started the server, once: one line for programs, and on a development server's first start what to
  /// paste.
  func announce(_ doors: OpenDoors) {
    let http = doors.url(.http, configuration.listen)
    let https = doors.url(.https, configuration.listenTLS)
    var words = ["ready"]
    if let http { words.append("http=\(http)") }
    if let https { words.append("https=\(https)") }
    if let kmip = doors.url(.kmip, configuration.listenKMIP) { words.append("kmip=\(kmip)") }
    words.append("data-dir=\(directory.path)")
    let first = configuration.isDevelopment ? developmentLines(doors) : nil
    Output.line(words.joined(separator: " "))
    if let first { Output.write(first) }
    house.logger.info("ready", metadata: ["version": "\(Version.text)"])
  }

  /// Leaves the endpoints for `claviger env`.
  private func developmentLines(_ doors: OpenDoors) -> String? {
    do {
      let credentials = try KeyValueFile(reading: directory.devCredentials)
      let exports = Exports(
        endpoint: doors.url(.http, configuration.listen),
        tlsEndpoint: doors.url(.https, configuration.listenTLS),
        kmip: try kmip(doors),
        authorityFile: certificate?.authorityPath.map { directory.absolute($0) },
        accessKeyID: credentials["access-key-id"] ?? "",
        secretAccessKey: credentials["secret-access-key"] ?? "",
        region: configuration.region, account: house.owner.account.text)
      try exports.writeEndpoints(to: directory, azureDomain: configuration.azure.domain)
      return isNew ? exports.paste : nil
    } catch {
      house.logger.error("claviger env will not work", metadata: ["cause": "\(error)"])
      return nil
    }
  }

  private func kmip(_ doors: OpenDoors) throws -> Exports.KMIP? {
    guard let endpoint = doors.url(.kmip, configuration.listenKMIP) else { return nil }
    let authority = try certificate?.authorityPath.map {
      String(decoding: try PrivateFile.read($0, limit: 64 << 10), as: UTF8.self)
    }
    let address = ServerAddress(endpoint, host: nil)
    let files = ClientFiles(in: directory.devKMIP)
    try files.write(authority: authority, server: address)
    return Exports.KMIP(server: address, files: files)
  }
}
