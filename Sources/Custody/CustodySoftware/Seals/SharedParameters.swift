import KMSDomain

/// What the holder of a root remembers that people have shares of: how many are needed, how many there are, and for recovery
/// the public key (SubjectPublicKeyInfo).
package struct SharedParameters: Hashable, Sendable {
  /// How many parts may be needed or made: a person can hold one of them, and a form can list them.
  package static let parts = 1...16
  package let threshold: Int
  package let parts: Int
  let publicKey: [UInt8]

  /// - Returns: nil for numbers that make no sense.
  package init?(threshold: Int, parts: Int, publicKey: [UInt8] = []) {
    guard SharedParameters.parts.contains(parts), (1...parts).contains(threshold) else { return nil }
    self.threshold = threshold
    self.parts = parts
    self.publicKey = publicKey
  }

  /// All of so many, at least one and at most 16.
  package static func everybody(_ count: Int) -> SharedParameters {
    let count = min(max(count, parts.lowerBound), parts.upperBound)
    return SharedParameters(all: count)
  }

  private init(all count: Int) {
    threshold = count
    parts = count
    publicKey = []
  }

  /// - Throws: `malformed` for a holder of another kind, or one that no server wrote.
  package init(_ holder: SealHolder) throws(SealError) {
    guard holder.parameters.count >= 2, holder.kind == .shamir || holder.kind == .recovery,
      let result = SharedParameters(
        threshold: Int(holder.parameters[0]), parts: Int(holder.parameters[1]),
        publicKey: Array(holder.parameters.dropFirst(2))),
      result.publicKey.isEmpty == (holder.kind == .shamir)
    else { throw .malformed }
    self = result
  }

  var encoded: [UInt8] { [UInt8(threshold), UInt8(parts)] + publicKey }
}
