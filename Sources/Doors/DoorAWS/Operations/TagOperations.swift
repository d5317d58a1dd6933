import KMSDomain
import KMSEngine
import WireJSON

struct TagResourceOperation: AWSOperation {
  static let name = "TagResource"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> TagKey {
    let (key, tags) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      let key = try input.requiredText("KeyId", .keyID)
      if !input.has("Tags") { input.missing("tags") }
      return (key, try input.tags() ?? [])
    }
    try Tags.check(tags)
    return TagKey(try call.key(key, .keys), tags: tags)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct UntagResourceOperation: AWSOperation {
  static let name = "UntagResource"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> UntagKey {
    let (key, names) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      let key = try input.requiredText("KeyId", .keyID)
      if !input.has("TagKeys") { input.missing("tagKeys") }
      return (key, try input.texts("TagKeys", 0...Int.max, .tagKey) ?? [])
    }
    try Tags.check(keys: names)
    return UntagKey(try call.key(key, .keys), names: names)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct ListResourceTagsOperation: AWSOperation {
  static let name = "ListResourceTags"
  private static let usual = 50

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListKeyTags {
    let (key, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID), try input.integer("Limit", ModelRange.limit),
        try input.text("Marker", .marker)
      )
    }
    return ListKeyTags(
      try call.key(key, .keys), marker: try Paging.name(in: marker), limit: min(limit ?? usual, usual))
  }

  static func encode(_ answer: Page<Tag>, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      Tags.write(answer.items, as: "Tags", into: &output)
      Paging.write(next: answer.next, into: &output)
    }
  }
}

extension Tags {
  /// A list of tags.
  static func write(_ tags: [Tag], as name: String, into output: inout JSONWriter) {
    output.name(name)
    output.beginArray()
    for tag in tags {
      output.object { output in
        output.member("TagKey", tag.key)
        output.member("TagValue", tag.value)
      }
    }
    output.endArray()
  }
}
