/// A request target taken apart for signing.
struct RequestTarget {
  /// As on the wire; nil for the plain "/", which nearly every request has.
  private let path: ArraySlice<UInt8>?
  let parameters: [Parameter]

  struct Parameter {
    /// Both decoded.
    let name: [UInt8]
    let value: [UInt8]
  }

  /// - Throws: `malformed(.target)`, `malformed(.tooLarge)`.
  init(_ target: String) throws(SigV4Refusal) {
    if target == "/" {
      path = nil
      parameters = []
      return
    }
    guard target.utf8.count <= Limits.target else { throw .malformed(.tooLarge) }
    let bytes = Array(target.utf8)
    guard bytes.first == UInt8(ascii: "/") else { throw .malformed(.target) }
    guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else {
      path = bytes[...]
      parameters = []
      return
    }
    path = bytes[..<mark]
    parameters = try RequestTarget.parameters(bytes[(mark + 1)...])
  }

  /// Appends the canonical path: dot segments and doubled slashes gone, each segment encoded once more than it is on
  /// the wire. (S3 alone does otherwise.)
  func appendCanonicalPath(to output: inout [UInt8]) {
    output.append(UInt8(ascii: "/"))
    guard let path else { return }
    var segments: [ArraySlice<UInt8>] = []
    for segment in path.split(separator: UInt8(ascii: "/")) where segment != RequestTarget.dot {
      if segment == RequestTarget.dots {
        _ = segments.popLast()
      } else {
        segments.append(segment)
      }
    }
    for (position, segment) in segments.enumerated() {
      if position > 0 { output.append(UInt8(ascii: "/")) }
      PercentEncoding.append(segment, to: &output)
    }
    if path.last == UInt8(ascii: "/"), !segments.isEmpty { output.append(UInt8(ascii: "/")) }
  }

  /// Appends the canonical query: parameters in byte order of their encoded names, then values.
  /// - Parameter excluded: the name of a parameter that isn't part of it.
  func appendCanonicalQuery(excluding excluded: String? = nil, to output: inout [UInt8]) {
    guard !parameters.isEmpty else { return }
    let left = parameters.filter { parameter in
      guard let excluded else { return true }
      return !parameter.name.elementsEqual(excluded.utf8)
    }
    var encoded = left.map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }
    encoded.sort { one, other in
      if one.0 != other.0 { return one.0.lexicographicallyPrecedes(other.0) }
      return one.1.lexicographicallyPrecedes(other.1)
    }
    for (position, (name, value)) in encoded.enumerated() {
      if position > 0 { output.append(UInt8(ascii: "&")) }
      output.append(contentsOf: name)
      output.append(UInt8(ascii: "="))
      output.append(contentsOf: value)
    }
  }

  private static let dot = Array(".".utf8)[...]
  private static let dots = Array("..".utf8)[...]

  private static func parameters(_ query: ArraySlice<UInt8>) throws(SigV4Refusal) -> [Parameter] {
    guard !query.isEmpty else { return [] }
    let pairs = query.split(
      separator: UInt8(ascii: "&"), maxSplits: Limits.parameters, omittingEmptySubsequences: false)
    guard pairs.count <= Limits.parameters else { throw .malformed(.tooLarge) }
    var result: [Parameter] = []
    result.reserveCapacity(pairs.count)
    for pair in pairs {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard !pair.isEmpty, let name = PercentEncoding.decoded(pair[..<equals]),
        let value = PercentEncoding.decoded(pair[equals...].dropFirst())
      else { throw .malformed(.target) }
      result.append(Parameter(name: name, value: value))
    }
    return result
  }
}
