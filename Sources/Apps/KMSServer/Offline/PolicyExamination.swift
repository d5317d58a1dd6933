import DoorAWS
import Foundation
import KMSDomain

/// Looks at a policy document without any server.
package enum PolicyExamination {
  /// What a document can hang on.
  package enum Kind: String, CaseIterable, Sendable {
    case key
    case identity
    case trust
  }

  /// - Returns: how many statements it has.
  /// - Throws: `Problem` with the words in which AWS refuses it.
  package static func statements(inFile path: String, as kind: Kind) throws -> Int {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Problem("cannot read \(path)", remedy: "check its path and rights")
    }
    let policyKind: PolicyKind
    switch kind {
    case .key: policyKind = .key
    case .identity: policyKind = .identity
    case .trust: policyKind = .trust
    }
    do throws(KMSError) {
      return try AWSVocabulary().compile(Array(data), as: policyKind).statements.count
    } catch .malformedPolicy(let reason) {
      throw Problem("\(path) is no \(kind.rawValue) policy", remedy: reason)
    } catch {
      throw Problem("\(path) could not be read as a policy", remedy: error.code)
    }
  }
}

/// The ready-made roles for help texts.
package enum ReadyMadeRoleTable {
  package static let rows = AWSPolicyWords().readyMadeRoles.map { (name: $0.name, summary: $0.summary) }
}
