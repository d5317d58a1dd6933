import KMSBytes
import KMSDomain
import WireJSON

// Bytes in base 64.
extension Input {
  mutating func blob(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> [UInt8]? {
    guard let value = value(name) else { return nil }
    return try decode(value, name, allowed, Input.bytes)
  }

  /// A member of a structure.
  mutating func blob(
    _ value: JSONValue, at path: String, _ allowed: ClosedRange<Int>
  ) throws(AWSError) -> [UInt8]? {
    try decode(value, path, allowed, Input.bytes)
  }

  mutating func requiredBlob(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> [UInt8] {
    guard let value = require(name) else { return [] }
    return try decode(value, name, allowed, Input.bytes) ?? []
  }

  /// Bytes that are secret: decoded from the request's own text straight into memory that is wiped.
  mutating func requiredSecret(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> Payload {
    guard let value = require(name) else { return try Input.nothing() }
    if let secret = try decode(value, name, allowed, Input.payload) { return secret }
    return try Input.nothing()
  }

  private enum Outcome<Value> {
    case decoded(Value)
    case outOfBounds(String)
    case malformed
  }

  /// - Returns: nil when a constraint was broken.
  private mutating func decode<Value>(
    _ value: JSONValue, _ name: String, _ allowed: ClosedRange<Int>, _ make: (Span<UInt8>) -> Value?
  ) throws(AWSError) -> Value? {
    switch try Input.outcome(value, allowed, make) {
    case .decoded(let result): return result
    case .malformed: throw .malformedBlob
    case .outOfBounds(let constraint):
      fault(nil, at: Input.path(name), constraint)
      return nil
    }
  }

  /// Some clients escape each slash of base 64; that text exists once more, in an array that is wiped here.
  private static func outcome<Value>(
    _ value: JSONValue, _ allowed: ClosedRange<Int>, _ make: (Span<UInt8>) -> Value?
  ) throws(AWSError) -> Outcome<Value> {
    if let result = value.withPlainBytes({ judge($0, allowed, make) }) { return result }
    guard let unescaped = value.string else { throw .wrongType(value, "a Blob") }
    var text = Array(unescaped.utf8)
    defer { for index in text.indices { text[index] = 0 } }
    return judge(text.span, allowed, make)
  }

  /// The length comes first, so that memory is asked for only within the bounds.
  private static func judge<Value>(
    _ text: Span<UInt8>, _ allowed: ClosedRange<Int>, _ make: (Span<UInt8>) -> Value?
  ) -> Outcome<Value> {
    guard let count = Base64.decodedLength(text) else { return .malformed }
    if let constraint = Constraint.length(count, allowed) { return .outOfBounds(constraint) }
    return make(text).map { .decoded($0) } ?? .malformed
  }

  private static func bytes(_ text: Span<UInt8>) -> [UInt8]? { Base64.bytes(text) }

  private static func payload(_ text: Span<UInt8>) -> Payload? {
    guard let count = Base64.decodedLength(text) else { return nil }
    return Payload(count: count) { (room: inout MutableSpan<UInt8>) in Base64.decode(text, into: &room) }
  }

  /// What stands for a secret that was refused; `read` throws before it is used.
  private static func nothing() throws(AWSError) -> Payload {
    guard let payload = Payload(count: 0, fill: { _ in true }) else { throw .malformedBlob }
    return payload
  }
}

extension AWSError {
  static let malformedBlob = AWSError.serialization("Blob is not valid base 64")
}
