import KMSDomain
import WireKMIP

/// Keys that are laid out as their numbers (KMIP 2.1 sections 3.4 to 3.12; more of them in 1.x): one line each.
struct TransparentLayout {
  struct Field {
    let tag: KMIPTag
    let component: KeyComponent
    let isRequired: Bool
  }

  let format: KMIP.KeyFormatType
  /// Whether a recommended curve comes first.
  let hasCurve: Bool
  let fields: [Field]

  private init(_ format: KMIP.KeyFormatType, curve hasCurve: Bool = false, _ fields: [Field]) {
    self.format = format
    self.hasCurve = hasCurve
    self.fields = fields
  }

  static let all: [TransparentLayout] = [
    TransparentLayout(
      .transparentRSAPrivateKey,
      [
        field(.modulus, .modulus), optional(.privateExponent, .privateExponent),
        optional(.publicExponent, .publicExponent), optional(.p, .prime1), optional(.q, .prime2),
        optional(.primeExponentP, .exponent1), optional(.primeExponentQ, .exponent2),
        optional(.crtCoefficient, .coefficient),
      ]),
    TransparentLayout(
      .transparentRSAPublicKey, [field(.modulus, .modulus), field(.publicExponent, .publicExponent)]),
    TransparentLayout(.transparentDSAPrivateKey, group + [field(.x, .privateValue)]),
    TransparentLayout(.transparentDSAPublicKey, group + [field(.y, .publicValue)]),
    TransparentLayout(.transparentDHPrivateKey, looseGroup + [field(.x, .privateValue)]),
    TransparentLayout(.transparentDHPublicKey, looseGroup + [field(.y, .publicValue)]),
    curve(.transparentECPrivateKey, field(.d, .privateValue)),
    curve(.transparentECPublicKey, field(.qString, .publicPoint)),
    // Before 1.3, one for each algorithm.
    curve(.transparentECDSAPrivateKey, field(.d, .privateValue)),
    curve(.transparentECDSAPublicKey, field(.qString, .publicPoint)),
    curve(.transparentECDHPrivateKey, field(.d, .privateValue)),
    curve(.transparentECDHPublicKey, field(.qString, .publicPoint)),
    curve(.transparentECMQVPrivateKey, field(.d, .privateValue)),
    curve(.transparentECMQVPublicKey, field(.qString, .publicPoint)),
  ]

  private static let group = [
    field(.p, .fieldPrime), field(.q, .subgroupOrder), field(.g, .generator),
  ]
  private static let looseGroup = [
    field(.p, .fieldPrime), optional(.q, .subgroupOrder), field(.g, .generator), optional(.j, .cofactor),
  ]

  private static func curve(_ format: KMIP.KeyFormatType, _ value: Field) -> TransparentLayout {
    TransparentLayout(format, curve: true, [value])
  }

  private static func field(_ tag: KMIPTag, _ component: KeyComponent) -> Field {
    Field(tag: tag, component: component, isRequired: true)
  }

  private static func optional(_ tag: KMIPTag, _ component: KeyComponent) -> Field {
    Field(tag: tag, component: component, isRequired: false)
  }

  init?(_ format: KMIP.KeyFormatType?) {
    guard let layout = TransparentLayout.all.first(where: { $0.format == format }) else { return nil }
    self = layout
  }
}

extension TransparentLayout {
  /// The numbers in a Key Material structure, where they stand.
  /// - Throws: `invalidMessage` for a missing or a negative one.
  func read(_ material: TTLVItem) throws(KMIPFault) -> [KeyComponent: TTLVItem] {
    guard material.isStructure else { throw .malformed("The key material") }
    var numbers: [KeyComponent: TTLVItem] = [:]
    for field in fields {
      guard let item = material[field.tag] else {
        if field.isRequired { throw .missing(KMIPRegistry.name(of: field.tag) ?? "A number") }
        continue
      }
      let isSound =
        field.component == .publicPoint
        ? item.type == .byteString : item.type == .bigInteger && item.withValue { $0[0] < 0x80 }
      guard isSound else { throw .malformed(KMIPRegistry.name(of: field.tag) ?? "A number") }
      numbers[field.component] = item
    }
    return numbers
  }

  /// - Throws: `invalidMessage` where the layout has a curve and it isn't there.
  func curve(_ material: TTLVItem) throws(KMIPFault) -> KMIP.RecommendedCurve? {
    hasCurve ? try material.required(.recommendedCurve) { $0.enumeration() } : nil
  }

  /// Writes the Key Material structure.
  /// - Parameter number: lends each to the writer; false when there is none.
  /// - Throws: `keyFormatTypeNotSupported` for a key without a number that the layout needs.
  func write(
    _ curve: KMIP.RecommendedCurve?, into output: inout TTLVWriter,
    number: (KeyComponent, (Span<UInt8>) -> Void) -> Bool
  ) throws(KMIPFault) {
    let mark = output.open(.keyMaterial)
    if hasCurve {
      guard let curve else { throw .noSuchFormat }
      output.enumeration(curve)
    }
    for field in fields {
      var isWritten = false
      if field.component == .publicPoint {
        isWritten = number(field.component) { output.byteString(field.tag, $0) }
      } else {
        isWritten = number(field.component) { output.bigInteger(field.tag, unsigned: $0) }
      }
      guard isWritten || !field.isRequired else { throw .noSuchFormat }
    }
    output.close(mark)
  }
}

extension KMIPFault {
  static let noSuchFormat = KMIPFault(.keyFormatTypeNotSupported, "The object can't be given in that format.")
}
