/// The kinds of values, with their numbers on the wire (KMIP 2.1 section 11.23).
package enum ItemType: UInt8, CaseIterable, Sendable {
  case structure = 1
  case integer
  case longInteger
  case bigInteger
  case enumeration
  case boolean
  case textString
  case byteString
  /// Seconds since 1970.
  case dateTime
  /// Seconds.
  case interval
  /// Microseconds since 1970; from 2.0.
  case dateTimeExtended

  /// Bytes of a value without padding; nil where the length is the sender's to choose.
  var fixedLength: Int? {
    switch self {
    case .integer, .enumeration, .interval: 4
    case .longInteger, .boolean, .dateTime, .dateTimeExtended: 8
    case .structure, .bigInteger, .textString, .byteString: nil
    }
  }
}
