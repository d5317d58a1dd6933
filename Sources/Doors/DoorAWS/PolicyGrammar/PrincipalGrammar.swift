import KMSDomain
import WireJSON

/// `Principal` and `NotPrincipal`: `"*"`, or an object that lists principals by kind.
///
/// Principals of kind `AWS` can call this server, and those of kind `Federated` can begin sessions. The others are checked
/// for form and match nobody.
enum PrincipalGrammar {
  static func members(_ json: JSONValue) throws(KMSError) -> [PrincipalSet.Member] {
    if json.kind == .string {
      guard json.string == "*" else { throw .malformedPolicy(PolicyFault.principals) }
      return [.anyone]
    }
    guard json.kind == .object, json.count > 0 else { throw .malformedPolicy(PolicyFault.principals) }
    var members: [PrincipalSet.Member] = []
    for (kind, value) in json.members {
      let names = try PolicyValues.strings(value)
      guard !names.isEmpty else { throw .malformedPolicy(PolicyFault.principals) }
      switch kind {
      case "AWS": for name in names { members.append(try principal(name)) }
      case "Service": try require(names.allSatisfy(isServiceName))
      case "Federated":
        try require(names.allSatisfy(isOpaque))
        members += names.map { .provider(ARN.inOurPartition($0)) }
      case "CanonicalUser": try require(names.allSatisfy(isOpaque))
      default: throw .malformedPolicy(PolicyFault.principals)
      }
    }
    return members
  }

  private static func isOpaque(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains(UInt8(ascii: "*"))
  }

  private static func require(_ condition: Bool) throws(KMSError) {
    guard condition else { throw .malformedPolicy(PolicyFault.principals) }
  }

  /// An account by its number or its root, everybody, or one principal by its ARN. Wildcards stand for nothing else.
  static func principal(_ text: String) throws(KMSError) -> PrincipalSet.Member {
    if text == "*" { return .anyone }
    if let account = AccountID(text) { return .account(account) }
    guard let arn = ARN(text), arn.region.isEmpty, let account = AccountID(String(arn.account)) else {
      throw .malformedPolicy(PolicyFault.principals)
    }
    if arn.service == "iam", arn.resource == "root" { return .account(account) }
    guard isNamed(arn) else { throw .malformedPolicy(PolicyFault.principals) }
    return .named(ARN.inOurPartition(text))
  }

  private static func isNamed(_ arn: ARN) -> Bool {
    switch arn.service {
    case "iam":
      guard let name = arn.resource(after: "user/") ?? arn.resource(after: "role/") else { return false }
      return isName(name, parts: 1...512)
    case "sts":
      if let session = arn.resource(after: "assumed-role/") { return isName(session, parts: 2...2) }
      return arn.resource(after: "federated-user/").map { isName($0, parts: 1...1) } ?? false
    default: return false
    }
  }

  /// Parts between slashes, of printable ASCII without the wildcards.
  private static func isName(_ text: Substring, parts: ClosedRange<Int>) -> Bool {
    let pieces = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.contains(pieces.count)
      && pieces.allSatisfy { piece in !piece.isEmpty && piece.allSatisfy(isNameByte) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "*") && byte != UInt8(ascii: "?")
  }

  /// A DNS name such as `logs.eu-central-1.amazonaws.com`.
  private static func isServiceName(_ text: String) -> Bool {
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        !label.isEmpty
          && label.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x61...0x7a, 0x41...0x5a, UInt8(ascii: "-"): true
            default: false
            }
          }
      }
  }
}
