import Foundation
package import KMSTokens
import Yams

/// The file that lists the issuers whose tokens are believed. docs/configuration.md describes each key.
package enum IssuersFile {
  /// The most issuers of one server.
  private static let most = 100

  /// - Throws: `Problem`, `ConfigurationProblems`.
  static func read(_ path: String, isDevelopment: Bool) throws -> [IssuerSettings] {
    guard let data = FileManager.default.contents(atPath: path), data.count <= ConfigurationFile.limit,
      let text = String(data: data, encoding: .utf8)
    else {
      throw Problem(
        "\(path) can't be read", remedy: "it must be a file of issuers in YAML")
    }
    return try parse(text, name: path, isDevelopment: isDevelopment)
  }

  /// - Parameter name: what messages call the file.
  /// - Parameter isDevelopment: plain HTTP to loopback addresses will do.
  /// - Throws: with everything that is wrong.
  package static func parse(
    _ yaml: String, name: String, isDevelopment: Bool
  ) throws(ConfigurationProblems) -> [IssuerSettings] {
    var reader = Reader(name: name, isDevelopment: isDevelopment)
    let issuers = reader.issuers(yaml)
    guard reader.problems.isEmpty else { throw ConfigurationProblems(all: reader.problems) }
    return issuers
  }

  private struct Reader {
    let name: String
    let isDevelopment: Bool
    var problems: [ConfigurationProblem] = []

    mutating func issuers(_ yaml: String) -> [IssuerSettings] {
      guard let root = (try? compose(yaml: yaml)) ?? nil, case .mapping(let members) = root,
        members.count == 1, let list = root["issuers"]?.sequence, list.count <= IssuersFile.most
      else {
        complain(nil, "expected 'issuers' with a list of at most \(IssuersFile.most)")
        return []
      }
      var result: [IssuerSettings] = []
      for node in list {
        guard let one = issuer(node) else { continue }
        if result.contains(where: { $0.issuer == one.issuer }) {
          complain(node, "issuer '\(one.issuer)' stands more than once")
        }
        result.append(one)
      }
      return result
    }

    private mutating func issuer(_ node: Node) -> IssuerSettings? {
      guard case .mapping(let members) = node, let text = node["issuer"]?.string else {
        complain(node, "expected an issuer")
        return nil
      }
      guard let address = address(text) else {
        complain(node, "issuer: expected \(IssuersFile.expectedAddress)")
        return nil
      }
      var settings = IssuerSettings(issuer: text, address: address)
      for (key, value) in members {
        do throws(ValueProblem) {
          try apply(key.string ?? "", value, to: &settings)
        } catch {
          complain(value, "\(key.string ?? ""): expected \(error.expected)")
        }
      }
      return settings
    }

    private func apply(
      _ key: String, _ value: Node, to settings: inout IssuerSettings
    ) throws(ValueProblem) {
      switch key {
      case "issuer": break
      case "audiences": settings.audiences = try texts(value)
      case "algorithms":
        settings.algorithms = []
        for name in try texts(value) { settings.algorithms.append(try Value.choice(name)) }
      case "keys": settings.keys = try keys(text(value))
      case "ca-file": settings.authorities = try Value.path(text(value))
      case "fresh-for":
        settings.freshFor = try Value.duration(text(value), from: .seconds(1), to: .seconds(7 * 86_400))
      case "stale-for":
        settings.staleFor = try Value.duration(
          text(value), from: .milliseconds(0), to: .seconds(30 * 86_400))
      case "pause":
        settings.pause = try Value.duration(text(value), from: .milliseconds(0), to: .seconds(3600))
      case "replay": settings.replay = try Value.choice(text(value))
      default: throw ValueProblem("no such key")
      }
    }

    private func keys(_ text: String) throws(ValueProblem) -> IssuerSettings.Keys {
      if text == "discovery" { return .discovery }
      if text.hasPrefix("/") { return .file(try Value.path(text)) }
      guard let address = address(text) else {
        throw ValueProblem("discovery, an absolute path, or \(IssuersFile.expectedAddress)")
      }
      return .url(address)
    }

    /// Keys that came in clear could be anybody's.
    private func address(_ text: String) -> WebAddress? {
      guard let address = WebAddress(text) else { return nil }
      return address.isEncrypted || (isDevelopment && address.isLoopback) ? address : nil
    }

    private func text(_ node: Node) throws(ValueProblem) -> String {
      guard let text = node.string, !text.isEmpty else { throw ValueProblem("a single value") }
      return text
    }

    private func texts(_ node: Node) throws(ValueProblem) -> [String] {
      guard let list = node.sequence, !list.isEmpty else { throw ValueProblem("a list") }
      var result: [String] = []
      for element in list { result.append(try text(element)) }
      return result
    }

    private mutating func complain(_ node: Node?, _ text: String) {
      problems.append(ConfigurationProblem("\(name):\(node?.mark?.line ?? 1): \(text)"))
    }
  }

  private static let expectedAddress =
    "an https address without query (development servers: http on loopback too)"
}
