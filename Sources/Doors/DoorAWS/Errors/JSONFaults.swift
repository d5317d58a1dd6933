import WireJSON

extension AWSError {
  /// A body that isn't JSON as this door reads it: where the fault is, never what stands there.
  static func serialization(_ error: JSONError) -> AWSError {
    let reason =
      switch error.reason {
      case .unexpectedEnd: "Unexpected end of input"
      case .unexpectedByte: "Unexpected character"
      case .malformedNumber: "Malformed number"
      case .malformedString: "Malformed string"
      case .duplicateMember: "Duplicate member"
      case .tooDeep: "Nesting too deep"
      case .tooMany: "Too many values"
      case .trailingBytes: "Unexpected character after the end"
      }
    return serialization("\(reason) at offset \(error.position)")
  }
}
