package import KMSDomain

/// Reads what AWS callers write for keys and aliases, as seen from one account and Region.
///
/// A key id stands for itself, an alias for its whole name with `alias/` in front: that is the text of the domain's
/// `KeyName`, of `AliasName` on the wire and of the condition key `kms:RequestAlias`.
package struct KeyNames: Sendable {
  /// The keys of the caller's account in the Region that the request was signed for.
  let home: Keyring

  package init(account: AccountID, region: String) {
    home = Keyring(account: account, region: region, kind: .aws)
  }

  /// Which forms an operation takes.
  enum Acceptance: Sendable {
    /// Key ids and key ARNs: management operations.
    case keys
    /// Alias names and alias ARNs too: cryptographic operations, DescribeKey, GetPublicKey.
    case keysAndAliases
  }

  /// A key named by a caller; an ARN may name a key of another account, never one of another Region.
  /// - Throws: `NotFoundException`, with AWS's words for a wrong Region and for everything else that can't be a key.
  func reference(_ text: String, _ acceptance: Acceptance) throws(AWSError) -> KeyReference {
    if text.utf8.starts(with: "arn:".utf8) { return try reference(arn: text, acceptance) }
    if KeyIdentifier.isWellFormed(text[...].utf8) {
      return KeyReference(.name(KeyName(.identifier, text, in: home)), asWritten: text)
    }
    guard acceptance == .keysAndAliases, AliasText.isWellFormed(text[...].utf8) else {
      throw .invalidKeyID(text)
    }
    return KeyReference(.name(KeyName(.alias, text, in: home)), asWritten: text)
  }

  private func reference(arn text: String, _ acceptance: Acceptance) throws(AWSError) -> KeyReference {
    guard let arn = ARN(text), arn.service.utf8.elementsEqual("kms".utf8),
      let account = AccountID(String(arn.account))
    else { throw .invalidKeyID(text) }
    guard arn.region.utf8.elementsEqual(home.region.utf8) else {
      throw .invalidARN(region: String(arn.region))
    }
    let keyring = Keyring(account: account, region: home.region, kind: .aws)
    if let identifier = arn.resource(after: "key/"), KeyIdentifier.isWellFormed(identifier.utf8) {
      return KeyReference(.name(KeyName(.identifier, String(identifier), in: keyring)), asWritten: text)
    }
    guard acceptance == .keysAndAliases, AliasText.isWellFormed(arn.resource.utf8) else {
      throw .invalidKeyID(text)
    }
    return KeyReference(.name(KeyName(.alias, String(arn.resource), in: keyring)), asWritten: text)
  }

  /// An alias of the caller's own account, for the operations that make, move and remove one.
  /// - Throws: `ValidationException` without the prefix, `NotAuthorizedException` for the names that AWS keeps for
  ///   itself, `InvalidAliasNameException` for an empty or malformed name.
  func alias(_ text: String) throws(AWSError) -> KeyName {
    guard text.utf8.starts(with: "alias/".utf8) else { throw .aliasWithoutPrefix }
    guard AliasText.isWellFormed(text[...].utf8) else { throw .invalidAliasName }
    guard !text.utf8.starts(with: "alias/aws/".utf8) else { throw .reservedAlias }
    return KeyName(.alias, text, in: home)
  }
}

/// The text of an alias: `alias/` and at least one of `[a-zA-Z0-9:/_-]`, 256 bytes in all.
enum AliasText {
  static let maximumLength = 256

  static func isWellFormed(_ text: Substring.UTF8View) -> Bool {
    guard text.starts(with: "alias/".utf8), text.count <= maximumLength else { return false }
    let name = text.dropFirst(6)
    return !name.isEmpty && name.allSatisfy(isNameByte)
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7a, 0x41...0x5a, 0x30...0x39: true
    case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
