/// The types that an item may have under a tag.
package struct ItemTypes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package init(_ type: ItemType) { rawValue = 1 << UInt16(type.rawValue) }

  package static let any = ItemType.allCases.reduce(into: ItemTypes()) { $0.formUnion(ItemTypes($1)) }

  package func contains(_ type: ItemType) -> Bool { contains(ItemTypes(type)) }

  /// By the letters of the tag table.
  init(letters: some Sequence<UInt8>) {
    self = letters.reduce(into: []) { $0.formUnion(ItemTypes(letter: $1)) }
  }

  private init(letter: UInt8) {
    switch letter {
    case UInt8(ascii: "S"): self.init(.structure)
    case UInt8(ascii: "I"): self.init(.integer)
    case UInt8(ascii: "L"): self.init(.longInteger)
    case UInt8(ascii: "G"): self.init(.bigInteger)
    case UInt8(ascii: "E"): self.init(.enumeration)
    case UInt8(ascii: "B"): self.init(.boolean)
    case UInt8(ascii: "T"): self.init(.textString)
    case UInt8(ascii: "Y"): self.init(.byteString)
    case UInt8(ascii: "D"): self.init(.dateTime)
    case UInt8(ascii: "N"): self.init(.interval)
    case UInt8(ascii: "X"): self.init(.dateTimeExtended)
    case UInt8(ascii: "*"): self = .any
    default: self.init()
    }
  }
}
