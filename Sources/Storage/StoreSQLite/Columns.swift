import Foundation
import GRDB
import KMSDomain

/// Reads the columns of a row that nobody vouches for: what isn't as it was written is `corrupt`, never a trap.
///
/// Positions are those of the statement that made the row; they are constants of this module.
struct Columns {
  private let row: Row
  private let kind: KMSError.Corruption

  init(_ row: Row, kind: KMSError.Corruption) {
    self.row = row
    self.kind = kind
  }

  var corrupt: KMSError { .corrupt(kind) }

  private func value(_ index: Int) -> DatabaseValue.Storage { (row[index] as DatabaseValue).storage }

  func optionalInteger(_ index: Int) throws(KMSError) -> Int64? {
    switch value(index) {
    case .null: return nil
    case .int64(let number): return number
    case .double, .string, .blob: throw corrupt
    }
  }

  func integer(_ index: Int) throws(KMSError) -> Int64 {
    guard let number = try optionalInteger(index) else { throw corrupt }
    return number
  }

  /// A number of a narrower type.
  func number<Number: FixedWidthInteger>(_ index: Int) throws(KMSError) -> Number {
    guard let number = Number(exactly: try integer(index)) else { throw corrupt }
    return number
  }

  /// A case of an enumeration by its raw value.
  func choice<Choice: RawRepresentable>(_ index: Int) throws(KMSError) -> Choice
  where Choice.RawValue: FixedWidthInteger {
    guard let choice = Choice(rawValue: try number(index)) else { throw corrupt }
    return choice
  }

  func state(_ index: Int) throws(KMSError) -> KeyState { try choice(index) }

  func flag(_ index: Int) throws(KMSError) -> Bool {
    switch try integer(index) {
    case 0: return false
    case 1: return true
    default: throw corrupt
    }
  }

  func moment(_ index: Int) throws(KMSError) -> Instant { Instant(milliseconds: try integer(index)) }

  func optionalBytes(_ index: Int) throws(KMSError) -> [UInt8]? {
    switch value(index) {
    case .null: return nil
    case .blob(let data): return [UInt8](data)
    case .int64, .double, .string: throw corrupt
    }
  }

  func bytes(_ index: Int) throws(KMSError) -> [UInt8] {
    guard let bytes = try optionalBytes(index) else { throw corrupt }
    return bytes
  }

  func text(_ index: Int) throws(KMSError) -> String { try text(bytes(index)) }

  func optionalText(_ index: Int) throws(KMSError) -> String? {
    guard let bytes = try optionalBytes(index) else { return nil }
    return try text(bytes)
  }

  /// Bytes that must be UTF-8.
  func text(_ bytes: [UInt8]) throws(KMSError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw corrupt }
    return text
  }

  func bits(_ index: Int) throws(KMSError) -> Bits128 {
    let bytes = try bytes(index)
    guard bytes.count == 16, let bits = Bits128(bytes.span) else { throw corrupt }
    return bits
  }

  func account(_ index: Int) throws(KMSError) -> AccountID {
    guard let account = AccountID(try text(index)) else { throw corrupt }
    return account
  }

  /// Names with their values, as `Packing` lays them out one after the other.
  func pairs(_ index: Int) throws(KMSError) -> [(name: String, value: [UInt8])] {
    guard let items = Packing.unpack(try bytes(index)), items.count.isMultiple(of: 2) else { throw corrupt }
    var pairs: [(name: String, value: [UInt8])] = []
    for index in stride(from: 0, to: items.count, by: 2) {
      pairs.append((try text(items[index]), items[index + 1]))
    }
    return pairs
  }
}
