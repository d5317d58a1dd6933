import Foundation
import KMSAudit
import KMSSystem

/// `claviger audit certificate` and `claviger audit verify-certificate`.
package enum Certificates {
  /// The certificate of a key's destruction, from the files of the log; a server may be running.
  /// - Parameter key: id or ARN of the key.
  /// - Throws: `Problem`, `SystemError`.
  package static func certificate(of key: String, _ configuration: Configuration) throws -> [UInt8] {
    let directory = try Startup.dataDirectory(of: configuration)
    guard try FileStatus.of(directory.audit)?.kind == .folder else {
      throw Problem(
        "there is no audit log in \(directory.path)", remedy: "name the data directory of a server")
    }
    do {
      return try CertificateMaker(folder: directory.audit).certificate(of: key).text
    } catch let obstacle as CertificateMaker.Obstacle {
      throw problem(obstacle, key)
    }
  }

  private static func problem(_ obstacle: CertificateMaker.Obstacle, _ key: String) -> Problem {
    switch obstacle {
    case .notDestroyed:
      Problem(
        "no signed record says that \(key) was destroyed",
        remedy: "name it by its id or ARN; if it was destroyed just now, wait for the next checkpoint")
    case .notRemoved:
      Problem(
        "\(key) was destroyed, but its material is on the token still",
        remedy: "have the server reach the token, and ask again after the next checkpoint")
    case .notErased:
      Problem(
        "\(key) was destroyed, but no erasure that was begun since is finished and signed for: backups may hold it",
        remedy: "run claviger erase, and ask again after the next checkpoint")
    case .notSigned:
      Problem("the log has no checkpoint yet", remedy: "wait for the first, or stop the server")
    case .damaged:
      Problem("the log isn't what its checkpoint signed", remedy: "run claviger audit verify")
    }
  }

  /// What a certificate says, in lines for people.
  /// - Parameter key: the path of a verifier key, or its text.
  /// - Throws: `Problem` for one that proves nothing.
  package static func verify(_ path: String, key: String) throws -> [String] {
    guard let data = FileManager.default.contents(atPath: path),
      let certificate = DestructionCertificate(Array(data))
    else {
      throw Problem("\(path) is no certificate of destruction", remedy: "name a file that claviger made")
    }
    let text = FileManager.default.contents(atPath: key).map { String(decoding: $0, as: UTF8.self) } ?? key
    guard let verifier = VerifierKey(text: text) else {
      throw Problem("\(key) is no verifier key", remedy: "name a copy of the file verifier-key of the log")
    }
    do throws(CertificateVerifier.Fault) {
      let statement = try CertificateVerifier(by: verifier).verify(certificate)
      let removed = statement.removedAt.map { ["removed from the token: \($0)"] } ?? []
      return [
        "The certificate is sound.", "key: \(statement.name) (\(statement.key))",
        "destroyed: \(statement.destroyedAt)",
      ] + removed + [
        "erased from every backup from before \(statement.erasureBegunAt): \(statement.erasedAt)",
        "signed by: \(verifier.name)+\(verifier.idText), over \(statement.checkpointSize) records",
      ]
    } catch {
      throw Problem("the certificate proves nothing: \(words(error))", remedy: "ask for another")
    }
  }

  private static func words(_ fault: CertificateVerifier.Fault) -> String {
    switch fault {
    case .notSigned: "its checkpoint is not signed by this key"
    case .notInLog(let role): "the record for \(role.rawValue) is not in the log that was signed"
    case .otherContent(let role): "the record for \(role.rawValue) says something else"
    case .order: "its records are not the three that belong together, in their order"
    }
  }
}
