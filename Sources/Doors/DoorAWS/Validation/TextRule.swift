/// What the service model says about a string.
///
/// Lengths are in UTF-16 code units, as AWS counts them.
struct TextRule: Sendable {
  let length: ClosedRange<Int>
  let form: TextForm
  /// The value is left out of messages.
  let isSensitive: Bool

  init(_ length: ClosedRange<Int>, _ form: TextForm = .any, isSensitive: Bool = false) {
    self.length = length
    self.form = form
    self.isSensitive = isSensitive
  }

  /// The constraints that a value breaks, in AWS's words.
  func faults(_ text: String) -> [String] {
    var faults: [String] = []
    switch form {
    case .oneOf(let values): return values.contains(text) ? [] : [Constraint.values(values)]
    case .any, .aliasName, .word, .latin, .policy, .customID, .principal, .region, .materialDescription,
      .lowerHex, .matching:
      break
    }
    if let fault = lengthFault(text) { faults.append(fault) }
    if let pattern = form.pattern, !form.matches(text) { faults.append(Constraint.pattern(pattern)) }
    return faults
  }

  private func lengthFault(_ text: String) -> String? {
    // UTF-8 is never shorter than UTF-16, so most texts need no second look.
    let bytes = text.utf8.count
    if bytes <= length.upperBound, bytes >= length.lowerBound, length.lowerBound <= 1 { return nil }
    return Constraint.length(text.utf16.count, length)
  }
}

/// The patterns and enumerations of the model. `pattern` is how messages quote one.
enum TextForm: Sendable {
  case any
  case aliasName
  case word
  case latin
  case policy
  case customID
  case principal
  case region
  case materialDescription
  case lowerHex
  case oneOf([String])
  /// A pattern of one member alone, and what decides whether a text has it.
  case matching(String, @Sendable (String) -> Bool)

  var pattern: String? {
    switch self {
    case .any, .oneOf: nil
    case .matching(let pattern, _): pattern
    case .aliasName: "^[a-zA-Z0-9:/_-]+$"
    case .word: #"[\w]+"#
    case .latin: #"[\u0020-\u00FF]*"#
    case .policy: #"[\u0009\u000A\u000D\u0020-\u00FF]+"#
    case .customID: "^[a-zA-Z0-9-_.]+$"
    case .principal: #"^[\w+=,.@:/-]+$"#
    case .region: #"^([a-z]+-){2,3}\d+$"#
    case .materialDescription: #"^[a-zA-Z0-9:/_\s.-]+$"#
    case .lowerHex: "^[a-f0-9]+$"
    }
  }

  func matches(_ text: String) -> Bool {
    switch self {
    case .any: true
    case .oneOf(let values): values.contains(text)
    case .matching(_, let decide): decide(text)
    case .aliasName: !text.isEmpty && text.utf8.allSatisfy(AliasText.isNameByte)
    case .word: !text.isEmpty && text.utf8.allSatisfy { TextForm.isWordByte($0) }
    case .latin: text.unicodeScalars.allSatisfy { (0x20...0xff).contains($0.value) }
    case .policy: !text.isEmpty && PolicyCompiler.hasValidCharacters(Array(text.utf8))
    case .region: TextForm.isRegion(text)
    case .principal: !text.isEmpty && text.utf8.allSatisfy { TextForm.isPrincipalByte($0) }
    case .materialDescription: !text.isEmpty && text.utf8.allSatisfy { TextForm.isDescriptionByte($0) }
    case .lowerHex:
      !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    case .customID:
      !text.isEmpty
        && text.utf8.allSatisfy {
          TextForm.isWordByte($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }
  }

  /// Two or three words and a number, with hyphens between them.
  private static func isRegion(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard (3...4).contains(parts.count), let number = parts.last else { return false }
    return parts.allSatisfy { !$0.isEmpty } && number.allSatisfy { (0x30...0x39).contains($0) }
      && parts.dropLast().allSatisfy { $0.allSatisfy { (0x61...0x7a).contains($0) } }
  }

  private static func isPrincipalByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "@"),
      UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "-"):
      true
    default: isWordByte(byte)
    }
  }

  /// White space is what Java's patterns take for it.
  private static func isDescriptionByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09...0x0d, UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"): true
    default: isWordByte(byte)
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
    default: false
    }
  }
}

/// The wording of constraints.
enum Constraint {
  static let notNull = "Member must not be null"
  static func pattern(_ pattern: String) -> String {
    "Member must satisfy regular expression pattern: \(pattern)"
  }
  static func values(_ values: [String]) -> String {
    "Member must satisfy enum value set: [\(values.joined(separator: ", "))]"
  }

  static func length(_ count: Int, _ allowed: ClosedRange<Int>) -> String? {
    if count > allowed.upperBound {
      return "Member must have length less than or equal to \(allowed.upperBound)"
    }
    if count < allowed.lowerBound {
      return "Member must have length greater than or equal to \(allowed.lowerBound)"
    }
    return nil
  }

  static func value(_ value: Int64, _ allowed: ClosedRange<Int>) -> String? {
    if value > allowed.upperBound {
      return "Member must have value less than or equal to \(allowed.upperBound)"
    }
    if value < allowed.lowerBound {
      return "Member must have value greater than or equal to \(allowed.lowerBound)"
    }
    return nil
  }
}
