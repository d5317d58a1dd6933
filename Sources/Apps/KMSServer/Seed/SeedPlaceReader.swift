import DoorAWS
import Foundation
import KMSDomain
import Yams

/// Reads what a key has in one Region: its own part of a key of the file, or a replica.
struct SeedPlaceReader {
  let account: AccountID
  let identifier: String
  let folder: String

  private static let knownOfReplica = ["region", "description", "enabled", "policy", "tags", "aliases"]

  /// A Region's name alone, or a mapping.
  func replica(_ node: Node, _ taken: inout SeedNames) throws(SeedProblem) -> KeySeed.Place {
    if case .scalar(let scalar) = node, let line = node.mark?.line {
      let region = try SeedPlaceReader.region(scalar.string, line)
      let empty = try SeedMapping(Node.mapping(Node.Mapping([], .implicit, .any, node.mark)), "", known: [])
      return try read(empty, in: region, &taken)
    }
    let mapping = try SeedMapping(node, "a replica", known: SeedPlaceReader.knownOfReplica)
    return try read(mapping, in: SeedPlaceReader.region(try mapping.required("region")), &taken)
  }

  func read(
    _ mapping: SeedMapping, in region: String, _ taken: inout SeedNames
  ) throws(SeedProblem) -> KeySeed.Place {
    try taken.take("key \(identifier) of \(account.text) in \(region)", at: mapping.line)
    let home = Keyring(account: account, region: region, kind: .aws)
    return KeySeed.Place(
      id: SeedIdentity(account: account, region: region, identifier: identifier).key, home: home,
      description: try description(of: mapping), tags: try tags(of: mapping), policy: try policy(of: mapping),
      aliases: try aliases(of: mapping, in: home, &taken),
      isEnabled: try mapping.flag("enabled", otherwise: true))
  }

  static func region(_ text: SeedText) throws(SeedProblem) -> String { try region(text.string, text.line) }

  private static func region(_ text: String, _ line: Int) throws(SeedProblem) -> String {
    do throws(ValueProblem) {
      return try Value.region(text)
    } catch {
      throw SeedProblem(line, "'\(text)' is not \(error.expected)")
    }
  }

  private func description(of mapping: SeedMapping) throws(SeedProblem) -> String {
    guard let text = try mapping.text("description") else { return "" }
    guard WrittenNames.isDescription(text.string) else {
      throw SeedProblem(text.line, "a description has at most 8192 characters")
    }
    return text.string
  }

  private func tags(of mapping: SeedMapping) throws(SeedProblem) -> [KMSDomain.Tag] {
    guard let node = mapping.node("tags") else { return [] }
    guard case .mapping(let pairs) = node else {
      throw SeedProblem(node.line, "'tags' are names with values")
    }
    var tags: [KMSDomain.Tag] = []
    for (key, value) in pairs {
      let name = try SeedText(key, "the name of a tag")
      tags.append(KMSDomain.Tag(key: name.string, value: try SeedText(value, "the value of a tag").string))
    }
    guard WrittenNames.areTags(tags) else {
      throw SeedProblem(
        node.line,
        "a key has at most \(KeyRecord.mostTags) tags, with names of 1 to 128 characters that don't begin with aws: and "
          + "values of at most 256")
    }
    return tags
  }

  /// As JSON, inline or in a file.
  private func policy(of mapping: SeedMapping) throws(SeedProblem) -> [UInt8]? {
    guard let node = mapping.node("policy") else { return nil }
    var document: [UInt8]
    if case .scalar(let scalar) = node {
      document = Array(scalar.string.utf8)
    } else {
      let place = try SeedMapping(node, "a policy that is not inline", known: ["file"])
      let file = try place.required("file")
      document = try SeedReferencedFile(file, in: folder).bytes()
    }
    // The line feed that ends a block or a file is not of the document.
    while document.last == UInt8(ascii: "\n") { document.removeLast() }
    if let fault = WrittenNames.fault(inKeyPolicy: document) {
      throw SeedProblem(node.line, "the policy is not valid: \(fault)")
    }
    return document
  }

  private func aliases(
    of mapping: SeedMapping, in home: Keyring, _ taken: inout SeedNames
  ) throws(SeedProblem) -> [String] {
    var aliases: [String] = []
    for node in try mapping.list("aliases") {
      let alias = try SeedText(node, "an alias")
      guard WrittenNames.isAlias(alias.string) else {
        throw SeedProblem(
          alias.line,
          "'\(alias.string)' is no alias: it is alias/ and letters, digits, : / _ -, and not alias/aws/")
      }
      try taken.take("\(alias.string) of \(home.account.text) in \(home.region)", at: alias.line)
      aliases.append(alias.string)
    }
    guard aliases.count <= KeyRecord.mostAliases else {
      throw SeedProblem(mapping.line, "a key has at most \(KeyRecord.mostAliases) aliases")
    }
    return aliases
  }
}
