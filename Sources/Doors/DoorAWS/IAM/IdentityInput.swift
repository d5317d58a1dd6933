import KMSDomain
import WireJSON

// Members that many operations of IAM have.
extension Input {
  /// The path of something new: "/" when it isn't said.
  mutating func identityPath() throws(AWSError) -> String { try text("Path", .identityPath) ?? "/" }

  /// Tags as IAM writes them.
  /// - Parameter kind: what they are for, which decides whether their names differ by case.
  mutating func identityTags(of kind: IdentityKind = .role) throws(AWSError) -> [Tag] {
    guard let elements = try list("Tags", 0...IdentityRecord.mostTags) else { return [] }
    var result: [Tag] = []
    for (index, element) in elements.enumerated() {
      let path = "tags.\(index + 1).member"
      guard element.kind == .object else {
        missing(path)
        continue
      }
      let key = try member("Key", of: element, at: path, .identityTagKey)
      let value = try member("Value", of: element, at: path, .identityTagValue)
      if result.contains(where: { kind.isSameTag($0.key, key) }) { refuse(.duplicateIdentityTags) }
      if key.lowercased().utf8.starts(with: "aws:".utf8) { refuse(.reservedIdentityTag) }
      result.append(Tag(key: key, value: value))
    }
    return result
  }

  mutating func queryPage() throws(AWSError) -> QueryPage {
    QueryPage(
      marker: try text("Marker", .queryMarker), limit: try integer("MaxItems", 1...1000) ?? 100)
  }
}

/// Which part of a list is asked for.
struct QueryPage {
  let marker: String?
  let limit: Int
}

extension XMLWriter {
  /// What follows the elements of a list.
  mutating func pageEnd(_ next: String?) {
    flag("IsTruncated", next != nil)
    text("Marker", optional: next)
  }

  mutating func tags(_ tags: [Tag]) {
    list("Tags", tags) { xml, tag in
      xml.text("Key", tag.key)
      xml.text("Value", tag.value)
    }
  }
}

extension AWSError {
  static let duplicateIdentityTags = AWSError(
    "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
  static let reservedIdentityTag = AWSError(
    "InvalidInput", "Tag keys that begin with aws: are reserved for system use.")
}
