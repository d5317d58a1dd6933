extension String {
  /// At most `bytes` bytes of UTF-8, cut between scalars. Characters are no measure: one may be thousands of bytes.
  package func truncated(toBytes bytes: Int) -> String {
    guard utf8.count > bytes else { return self }
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in unicodeScalars {
      count += UTF8.width(scalar)
      guard count <= bytes else { break }
      result.append(scalar)
    }
    return String(result)
  }
}
