import CustodySoftware
import Foundation
import KMSDomain
import KMSSystem

/// An access key of another service. Read anew for each call, so that it can be changed without a restart.
struct RemoteCredentials: Sendable {
  let accessKey: String
  let secret: [UInt8]
  let token: String?

  private static let limit = 64 << 10

  /// - Parameter path: a file in the form of AWS's shared credentials, whose profile `default` counts; nil: the variables
  ///   `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
  static func read(_ path: String?, _ variables: SecretVariables) throws(SealError) -> RemoteCredentials {
    let found: [String: String]
    if let path {
      do throws(SystemError) {
        found = profile(String(decoding: try PrivateFile.read(path, limit: limit), as: UTF8.self))
      } catch {
        throw .unreadable(error.description)
      }
    } else {
      found = environment(variables)
    }
    guard let id = found["aws_access_key_id"], let secret = found["aws_secret_access_key"] else {
      let place = path.map { "\($0), profile default," } ?? "the environment"
      throw .unreadable(
        "\(place) has no aws_access_key_id and aws_secret_access_key for the seal's service")
    }
    return RemoteCredentials(
      accessKey: id, secret: Array(secret.utf8), token: found["aws_session_token"])
  }

  private static func environment(_ variables: SecretVariables) -> [String: String] {
    var found: [String: String] = [:]
    for name in ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"] {
      found[name] = variables.payload(of: name.uppercased())?.readOnce { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      }
    }
    return found
  }

  private static func profile(_ text: String) -> [String: String] {
    var found: [String: String] = [:]
    var isDefault = false
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("[") { isDefault = line == "[default]" }
      guard isDefault, !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
      let name = line[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
      found[name] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
    }
    return found
  }
}
