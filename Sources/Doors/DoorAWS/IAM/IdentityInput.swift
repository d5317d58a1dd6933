import KMSDomain
import WireJSON

// Members that many operations of IAM have.
extension Input {
  /// The path of something new: "/" when it isn't said.
  mutating func identityPath() throws(AWSError) -> String { try text("Path", .identityPath) ?? "/" }

  /// Tags as IAM writes them.
  mutating func identityTags() throws(AWSError) -> [Tag] {
    guard let elements = try list("Tags", 0...50) else { return [] }
    var result: [Tag] = []
    for (index, element) in elements.enumerated() {
      let path = "tags.\(index + 1).member"
      guard element.kind == .object else {
        missing(path)
        continue
      }
      let key = try member("Key", of: element, at: path, .tagKey)
      let value = try member("Value", of: element, at: path, .tagValue)
      if result.contains(where: { $0.key == key }) { refuse(.duplicateIdentityTags) }
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
}
