import KMSDomain
import WireKMIP

/// Counts an attribute up or down, or turns it round (KMIP 2.1 section 6.1.3).
struct AdjustAttributeOperation: KMIPOperation {
  static let code = KMIP.Operation.adjustAttribute

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard let reference = payload[.attributeReference] else { throw .missing("The attribute reference") }
    guard let type = payload[.adjustmentType]?.enumeration(KMIP.AdjustmentType.self) else {
      throw .malformed("The adjustment type")
    }
    let name = try AttributeName(reference: reference)
    let adjustment = Adjustment(type: type, amount: try amount(payload[.adjustmentValue]))
    let version = call.version
    let object = try await call.change(
      payload, KMIPCall.Change(operation: "AdjustAttribute", action: .adjustAttribute)
    ) { (object) throws(KMIPFault) in
      let values = object.attributes(in: version, digest: nil).all(name)
      guard values.count < 2 else {
        throw KMIPFault(.multiValuedAttribute, "\(name) has more values than one.")
      }
      guard let value = values.first?.value else {
        throw KMIPFault(.itemNotFound, "The object doesn't have \(name).")
      }
      let item = try adjustment.adjusted(value, name)
      return try object.edited { (change) throws(KMIPFault) in
        try AttributeEditing(object, version).set(item, as: name, in: &change)
      }
    }
    output.identifier(of: object)
  }

  /// One, where none is given.
  private static func amount(_ item: TTLVItem?) throws(KMIPFault) -> Int64 {
    guard let item else { return 1 }
    if let number = item.integer { return Int64(number) }
    if let number = item.interval { return Int64(number) }
    guard let number = item.longInteger else {
      throw KMIPFault(.invalidDataType, "The adjustment value isn't a number.")
    }
    return number
  }
}

/// How a number changes.
private struct Adjustment: Sendable {
  let type: KMIP.AdjustmentType
  let amount: Int64

  func adjusted(_ value: TTLVItem, _ name: AttributeName) throws(KMIPFault) -> [UInt8] {
    // A vendor's attribute has its value inside.
    guard name.isVendors else {
      return try AttributeList.item { (writer) throws(KMIPFault) in try write(value, into: &writer) }
    }
    guard let inner = value[.attributeValue] else { throw .malformed("\(name)") }
    return try AttributeList.item { (writer) throws(KMIPFault) in
      try writer.structure(.attribute) { (writer) throws(KMIPFault) in
        writer.text(.vendorIdentification, name.vendor)
        writer.text(.attributeName, name.name)
        try write(inner, into: &writer)
      }
    }
  }

  private func write(_ value: TTLVItem, into writer: inout TTLVWriter) throws(KMIPFault) {
    let tag = value.tag
    if let number = value.integer {
      writer.integer(tag, try exactly(try changed(Int64(number))))
    } else if let number = value.longInteger {
      writer.longInteger(tag, try changed(number))
    } else if let number = value.interval {
      writer.interval(tag, try exactly(try changed(Int64(number))))
    } else if let number = value.dateTime {
      writer.dateTime(tag, try changed(number))
    } else if let flag = value.boolean, type == .negate {
      writer.boolean(tag, !flag)
    } else {
      throw KMIPFault(.invalidDataType, "The attribute isn't a number.")
    }
  }

  private func changed(_ number: Int64) throws(KMIPFault) -> Int64 {
    let (result, overflow) =
      switch type {
      case .increment: number.addingReportingOverflow(amount)
      case .decrement: number.subtractingReportingOverflow(amount)
      case .negate: Int64(0).subtractingReportingOverflow(number)
      }
    guard !overflow else { throw .outOfRange }
    return result
  }

  private func exactly<Number: FixedWidthInteger>(_ number: Int64) throws(KMIPFault) -> Number {
    guard let number = Number(exactly: number) else { throw .outOfRange }
    return number
  }
}

extension KMIPFault {
  fileprivate static let outOfRange = KMIPFault(.numericRange, "The attribute can't have such a value.")
}
