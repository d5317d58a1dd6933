package import KMSDomain

/// The owner's words in AWS's language.
package struct AWSPolicyWords: PolicyWords {
  package init() {}

  package var readyMadeRoles: [ReadyMadeRole] { ReadyMadeRoles.all }

  package func limiting(_ role: ReadyMadeRole, to keys: [String]) -> [UInt8]? {
    ReadyMadeRoles.document(role, on: keys)
  }

  package func trusting(_ party: TrustedParty) -> [UInt8] { TrustDocument.bytes(party) }

  /// An alias may be written without its prefix, as people say it.
  package func key(_ text: String, of account: AccountID, in region: String) -> KeyReference? {
    let names = KeyNames(account: account, region: region)
    if let found = try? names.reference(text, .keysAndAliases) { return found }
    return text.utf8.contains(UInt8(ascii: ":"))
      ? nil : try? names.reference("alias/" + text, .keysAndAliases)
  }

  package func isPrincipalName(_ text: String) -> Bool { TextRule.userName.faults(text).isEmpty }

  /// Host and path of an https URL, without the slash at its end.
  package func issuer(_ url: String) -> String? {
    guard url.utf8.starts(with: "https://".utf8) else { return nil }
    var rest = url.utf8.dropFirst("https://".utf8.count)
    if rest.last == UInt8(ascii: "/") { rest.removeLast() }
    guard !rest.isEmpty, rest.count <= AWSPolicyWords.longestIssuer, rest.allSatisfy(AWSPolicyWords.isURLByte)
    else { return nil }
    return String(Substring(rest))
  }

  private static let longestIssuer = 255

  /// No query, no fragment, no user before the host.
  private static func isURLByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"),
      UInt8(ascii: "/"), UInt8(ascii: "%"):
      true
    default: false
    }
  }
}
