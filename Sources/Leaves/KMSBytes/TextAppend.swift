// Text as bytes at the end of an array, without the reference counting that a view of a string or a shared array costs each
// time: records and answers are written piece by piece, a hundred pieces for each request.
extension [UInt8] {
  package mutating func append(text: StaticString) {
    unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(text: String) {
    let bytes = text.utf8.span
    unsafe bytes.withUnsafeBufferPointer { bytes in unsafe append(contentsOf: bytes) }
  }
}
