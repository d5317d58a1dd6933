import KMSDomain
import WireJSON

/// The members of one request, read against the service model. All constraints that are broken are told together, as AWS
/// does; a value of the wrong JSON type ends the reading at once.
///
/// A required member that is absent, or broken, reads as an empty value: `read` throws before anybody can use it.
struct Input {
  private let json: JSONValue
  private var faults: [String] = []
  /// What is wrong with the request though every member fits the model: told if nothing else is.
  private var refusal: AWSError?

  /// Every value is written as a string, numbers and truth values too.
  let isForm: Bool

  private init(_ json: JSONValue, isForm: Bool) {
    self.json = json
    self.isForm = isForm
  }

  /// The same as `read` for the parameters of a form.
  static func readForm<Value>(
    _ json: JSONValue, _ body: (inout Input) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    try read(json, isForm: true, body)
  }

  /// Reads the members in `body` and returns what it made of them.
  /// - Throws: `SerializationException` for wrong types and malformed base 64; `ValidationException` that lists every
  ///   constraint that was broken; whatever `body` throws itself.
  static func read<Value>(
    _ json: JSONValue, isForm: Bool = false, _ body: (inout Input) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    var input = Input(json, isForm: isForm)
    let value = try body(&input)
    guard input.faults.isEmpty else { throw input.failure }
    if let refusal = input.refusal { throw refusal }
    return value
  }

  private var failure: AWSError {
    let count = faults.count
    let opening = "\(count) validation error\(count == 1 ? "" : "s") detected: "
    return .validation(opening + faults.joined(separator: "; "))
  }

  /// What is under that name; JSON's null is the same as nothing.
  func value(_ name: String) -> JSONValue? {
    guard let value = json[name], !value.isNull else { return nil }
    return value
  }

  /// Whether something stands there, for members that this version refuses.
  func has(_ name: String) -> Bool { value(name) != nil }

  /// Adds a constraint that was broken. `value` nil leaves it out of the message.
  mutating func fault(_ value: String?, at path: String, _ constraint: String) {
    let shown = value.map { " '\(AWSError.quoted($0))'" } ?? ""
    faults.append("Value\(shown) at '\(path)' failed to satisfy constraint: \(constraint)")
  }

  /// Refuses the request unless a constraint is broken or another refusal came first.
  mutating func refuse(_ error: AWSError) { refusal = refusal ?? error }

  mutating func require(_ name: String) -> JSONValue? {
    if let value = value(name) { return value }
    missing(Input.path(name))
    return nil
  }

  mutating func missing(_ path: String) {
    faults.append("Value null at '\(path)' failed to satisfy constraint: \(Constraint.notNull)")
  }

  /// Members are called by their names with a small first letter.
  static func path(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}

// Text, numbers, truth values.
extension Input {
  mutating func text(_ name: String, _ rule: TextRule) throws(AWSError) -> String? {
    guard let value = value(name) else { return nil }
    return try text(value, at: { Input.path(name) }, rule)
  }

  mutating func requiredText(_ name: String, _ rule: TextRule) throws(AWSError) -> String {
    guard let value = require(name) else { return "" }
    return try text(value, at: { Input.path(name) }, rule)
  }

  /// - Parameter path: made only when a message needs it.
  mutating func text(_ value: JSONValue, at path: () -> String, _ rule: TextRule) throws(AWSError) -> String {
    guard let text = value.string else { throw .wrongType(value, "a String") }
    for constraint in rule.faults(text) { fault(rule.isSensitive ? nil : text, at: path(), constraint) }
    return text
  }

  /// A whole number; `1.0` and `1e3` are not.
  mutating func integer(_ name: String, _ allowed: ClosedRange<Int>) throws(AWSError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.integer ?? (isForm ? value.string.flatMap { Int64($0) } : nil) else {
      throw .wrongType(value, "an Integer")
    }
    if let constraint = Constraint.value(number, allowed) {
      fault(String(number), at: Input.path(name), constraint)
      return nil
    }
    return Int(number)
  }

  /// Seconds since 1970, with or without a fraction.
  func moment(_ name: String) throws(AWSError) -> Instant? {
    guard let value = value(name) else { return nil }
    guard let seconds = value.double,
      let milliseconds = Int64(exactly: (seconds * 1000).rounded(.toNearestOrEven))
    else { throw .wrongType(value, "a Timestamp") }
    return Instant(milliseconds: milliseconds)
  }

  func flag(_ name: String) throws(AWSError) -> Bool? {
    guard let value = value(name) else { return nil }
    if isForm, let text = value.string?.lowercased(), text == "true" || text == "false" {
      return text == "true"
    }
    guard let flag = value.bool else { throw .wrongType(value, "a Boolean") }
    return flag
  }
}

extension AWSError {
  /// A value of one JSON type where the model has another.
  static func wrongType(_ value: JSONValue, _ wanted: String) -> AWSError {
    switch value.kind {
    case .null: .serialization("NULL_VALUE can not be converted to \(wanted)")
    case .bool:
      .serialization("\(value.bool == true ? "TRUE" : "FALSE")_VALUE can not be converted to \(wanted)")
    case .number: .serialization("NUMBER_VALUE can not be converted to \(wanted)")
    case .string: .serialization("STRING_VALUE can not be converted to \(wanted)")
    case .array: .serialization("Start of list found where not expected")
    case .object: .serialization("Start of structure or map found where not expected")
    }
  }
}
