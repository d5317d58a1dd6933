import KMSDomain
import WireJSON

/// Reads a policy document in AWS's language (versions 2008-10-17 and 2012-10-17) into the domain's policy.
///
/// Refused: everything that isn't of the grammar. Kept and never matching: services, actions, resources and condition
/// keys that this server doesn't know. Kept and judged on the safe side: tests that it can't evaluate.
enum PolicyCompiler {
  /// - Throws: `KMSError.malformedPolicy` with the words that the caller gets.
  static func compile(_ document: [UInt8], as kind: PolicyKind) throws(KMSError) -> Policy {
    guard document.count <= PolicyLimits.document else { throw .malformedPolicy(PolicyFault.tooLong) }
    guard hasValidCharacters(document) else { throw .malformedPolicy(PolicyFault.characters) }
    let json: JSONDocument
    do throws(JSONError) {
      json = try JSONDocument(document, limits: PolicyLimits.json)
    } catch {
      throw .malformedPolicy(PolicyFault.json)
    }
    return try compile(json.root, as: kind)
  }

  private static func compile(_ root: JSONValue, as kind: PolicyKind) throws(KMSError) -> Policy {
    guard root.kind == .object else { throw .malformedPolicy(PolicyFault.syntax) }
    var version = "2008-10-17"
    var statements: JSONValue?
    for member in root.members {
      switch member.name {
      case "Version": version = try string(member.value)
      case "Id": _ = try string(member.value)
      case "Statement": statements = member.value
      default: throw .malformedPolicy(PolicyFault.syntax)
      }
    }
    guard version == "2012-10-17" || version == "2008-10-17" else {
      throw .malformedPolicy(PolicyFault.version)
    }
    guard let statements else { throw .malformedPolicy(PolicyFault.syntax) }
    return try compile(
      list: statements, StatementCompiler(kind: kind, text: PolicyText(hasVariables: version == "2012-10-17"))
    )
  }

  private static func compile(
    list: JSONValue, _ compiler: StatementCompiler
  ) throws(KMSError) -> Policy {
    let elements = list.kind == .array ? list.elements : [list]
    guard !elements.isEmpty else { throw .malformedPolicy(PolicyFault.syntax) }
    var statements: [Statement] = []
    statements.reserveCapacity(elements.count)
    var sids: Set<String> = []
    for (index, element) in elements.enumerated() {
      let statement = try compiler.compile(element, number: index + 1)
      if compiler.kind.hasUniqueSids, element["Sid"] != nil, !sids.insert(statement.label).inserted {
        throw .malformedPolicy(PolicyFault.repeatedSid)
      }
      statements.append(statement)
    }
    return Policy(statements: statements)
  }

  private static func string(_ value: JSONValue) throws(KMSError) -> String {
    guard let text = value.string else { throw .malformedPolicy(PolicyFault.syntax) }
    return text
  }

  /// U+0009, U+000A, U+000D and U+0020 to U+00FF, the last 128 of them as two bytes of UTF-8.
  static func hasValidCharacters(_ document: [UInt8]) -> Bool {
    document.allSatisfy { byte in
      switch byte {
      case 0x09, 0x0a, 0x0d, 0x20...0x7f: true
      case 0x80...0xbf, 0xc2, 0xc3: true
      default: false
      }
    }
  }
}

extension PolicyKind {
  /// Key policies may name two statements alike.
  fileprivate var hasUniqueSids: Bool {
    switch self {
    case .identity, .session, .trust: true
    case .key: false
    }
  }
}
