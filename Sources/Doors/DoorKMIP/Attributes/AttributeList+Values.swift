import KMSDomain
import WireKMIP

/// Typed values in and out of a list.
extension AttributeList {
  /// One item, as `body` writes it.
  static func item<Failure: Error>(
    _ body: (inout TTLVWriter) throws(Failure) -> Void
  ) throws(Failure) -> [UInt8] {
    var writer = TTLVWriter(capacity: 64)
    try body(&writer)
    return writer.bytes
  }

  /// - Returns: the index that it got.
  @discardableResult
  mutating func add(_ tag: KMIPTag, _ body: (inout TTLVWriter) -> Void) -> Int32 {
    add(AttributeList.item(body), as: AttributeName(tag))
  }

  @discardableResult
  mutating func add(_ item: TTLVItem, as name: AttributeName) -> Int32 {
    add(AttributeList.item { $0.copy(item) }, as: name)
  }

  mutating func set(_ tag: KMIPTag, _ body: (inout TTLVWriter) -> Void) {
    set(AttributeList.item(body), as: AttributeName(tag))
  }

  mutating func set(_ tag: KMIPTag, to value: Bool) { set(tag) { $0.boolean(tag, value) } }
  mutating func set(_ tag: KMIPTag, to value: Int32) { set(tag) { $0.integer(tag, value) } }
  mutating func set(_ tag: KMIPTag, to value: String) { set(tag) { $0.text(tag, value) } }
  mutating func set(_ tag: KMIPTag, to value: Instant) { set(tag) { $0.dateTime(tag, value.seconds) } }
  mutating func set<Value: KMIPEnumeration>(_ value: Value) { set(Value.tag) { $0.enumeration(value) } }

  /// - Parameter target: the identifier of the other object.
  mutating func addLink(_ type: KMIP.LinkType, to target: String) {
    add(.link) { writer in
      writer.structure(.link) { writer in
        writer.enumeration(type)
        writer.text(.linkedObjectIdentifier, target)
      }
    }
  }

  mutating func addName(_ text: String, _ type: KMIP.NameType = .uninterpretedTextString) {
    add(.name) { writer in
      writer.structure(.name) { writer in
        writer.text(.nameValue, text)
        writer.enumeration(type)
      }
    }
  }

  mutating func addVendors(_ vendor: String, _ name: String, _ value: (inout TTLVWriter) -> Void) {
    let item = AttributeList.item { writer in
      writer.structure(.attribute) { writer in
        writer.text(.vendorIdentification, vendor)
        writer.text(.attributeName, name)
        value(&writer)
      }
    }
    add(item, as: AttributeName(vendor: vendor, name: name))
  }

  // MARK: Reading; nil where the attribute isn't there, or isn't of the type

  func value(_ tag: KMIPTag) -> TTLVItem? { first(tag)?.value }
  func values(_ tag: KMIPTag) -> [TTLVItem] { all(tag).compactMap(\.value) }
  func boolean(_ tag: KMIPTag) -> Bool? { value(tag)?.boolean }
  func integer(_ tag: KMIPTag) -> Int32? { value(tag)?.integer }
  func text(_ tag: KMIPTag) -> String? { value(tag)?.text }
  func date(_ tag: KMIPTag) -> Instant? { value(tag)?.instant }
  func enumeration<Value: KMIPEnumeration>(_ type: Value.Type = Value.self) -> Value? {
    value(Value.tag)?.enumeration(type)
  }

  /// Of every Link, in their order.
  var links: [(type: UInt32, target: String)] {
    values(.link).compactMap { link in
      guard let type = link[.linkType]?.enumeration, let target = link[.linkedObjectIdentifier]?.text else {
        return nil
      }
      return (type, target)
    }
  }

  func link(_ type: KMIP.LinkType) -> String? { links.first { $0.type == type.rawValue }?.target }

  mutating func removeLinks(_ type: KMIP.LinkType) {
    for instance in all(.link) where instance.value?[.linkType]?.enumeration == type.rawValue {
      remove(instance.name, index: instance.index)
    }
  }
}

extension TTLVItem {
  /// A date as the domain has it; nil for another type, and for one that is farther away than the domain can say.
  var instant: Instant? {
    if let seconds = dateTime { return Instant(kmipSeconds: seconds) }
    return dateTimeExtended.map { Instant(milliseconds: $0 / 1000) }
  }
}

extension Instant {
  /// Since 1970, rounded down.
  var seconds: Int64 {
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return rest < 0 ? whole - 1 : whole
  }

  /// Since 1970; the most there is when it is more.
  var microseconds: Int64 {
    let (result, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
    return overflow ? (milliseconds > 0 ? .max : .min) : result
  }

  /// The farthest moment there is when it is farther than that.
  init(kmipSeconds seconds: Int64) { self = Instant(milliseconds: 0).advanced(seconds: seconds) }
}
