import KMSDomain
import WireJSON

/// The document of a resource policy with some of its principals called otherwise. Everything else stays as it stands.
enum CalledPrincipals {
  /// - Parameter principals: by the names that compiled policies have for them. Ids are letters and digits.
  static func document(_ document: [UInt8], calling principals: [String: IdentityID]) -> [UInt8] {
    guard let json = try? JSONDocument(document, limits: PolicyLimits.json) else { return document }
    var result: [UInt8] = []
    var read = 0
    for value in names(in: json.root) {
      guard let text = value.string, let id = principals[ARN.inOurPartition(text)],
        let place = value.textPlace, place.lowerBound >= read
      else { continue }
      result += document[read..<place.lowerBound]
      result += id.text.utf8
      read = place.upperBound
    }
    return result + document[read...]
  }

  /// In the order of the document.
  private static func names(in root: JSONValue) -> [JSONValue] {
    guard let found = root["Statement"] else { return [] }
    let statements = found.kind == .array ? found.elements : [found]
    return statements.flatMap { statement in
      statement.members.filter { $0.name == "Principal" || $0.name == "NotPrincipal" }
        .compactMap { $0.value["AWS"] }
        .flatMap { $0.kind == .array ? $0.elements : [$0] }
    }
  }
}
