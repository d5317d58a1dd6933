/// The header fields of one message: names in lower case and values, as views into one array of bytes.
///
/// Reading a field costs no allocation; that is why this is no list of strings.
package struct FieldTable: Sendable {
  package struct Field: Sendable {
    package let name: Range<Int>
    package let value: Range<Int>

    package init(name: Range<Int>, value: Range<Int>) {
      self.name = name
      self.value = value
    }
  }

  package let bytes: [UInt8]
  package let fields: [Field]

  /// - Parameter bytes: with all names in lower case.
  /// - Parameter fields: views into `bytes`, in the order of the wire.
  package init(bytes: consuming [UInt8], fields: consuming [Field]) {
    self.bytes = bytes
    self.fields = fields
  }

  /// The fields of another table and these behind them. Names are put in lower case.
  package init(_ table: FieldTable? = nil, adding more: some Sequence<(name: String, value: String)>) {
    var bytes = table?.bytes ?? []
    var fields = table?.fields ?? []
    for (name, value) in more {
      let start = bytes.count
      for byte in name.utf8 { bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte) }
      let middle = bytes.count
      bytes.append(contentsOf: value.utf8)
      fields.append(Field(name: start..<middle, value: middle..<bytes.count))
    }
    self.bytes = bytes
    self.fields = fields
  }

  package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// - Parameter name: in lower case.
  package func has(_ name: StaticString, at field: Field) -> Bool {
    AsciiWord.equal(bytes.span, field.name, name)
  }

  /// The value of the first field of that name.
  /// - Parameter name: in lower case.
  package func value(of name: StaticString) -> String? {
    for field in fields where has(name, at: field) { return text(field.value) }
    return nil
  }

  /// The values of all fields of that name, in their order.
  /// - Parameter name: in lower case.
  package func values(of name: StaticString) -> [String] {
    fields.filter { has(name, at: $0) }.map { text($0.value) }
  }
}
