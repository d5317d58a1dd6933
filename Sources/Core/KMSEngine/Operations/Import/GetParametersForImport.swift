package import KMSDomain

/// Makes a key that protects material on its way into one of the caller's keys. The answer is all that there is of it: nothing
/// is stored.
package struct GetParametersForImport: Operation {
  package typealias Prepared = ProtectedKey

  /// How long the parameters can be used, in seconds.
  package static let validity: Int64 = 24 * 60 * 60

  package struct Answer: Sendable {
    package let key: KeyRecord
    package let parameters: ImportParameters
    /// The first moment at which they are not taken any more.
    package let expiry: Instant
  }

  package let key: KeyReference
  package let algorithm: ImportAlgorithm
  package let importKey: ImportKeySpec

  package init(_ key: KeyReference, by algorithm: ImportAlgorithm, under importKey: ImportKeySpec) {
    self.key = key
    self.algorithm = algorithm
    self.importKey = importKey
  }

  package let operation = "GetParametersForImport"
  package var asked: Asked { Asked(.getParametersForImport, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey { try await desk.key(key) }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.importing = .parameters(algorithm, importKey)
    return Demands(
      Demand(.getParametersForImport, on: .key(prepared), named: key.asWritten, facts: facts))
  }

  /// An RSA import key that custody has no stock of takes up to seconds.
  package func isSlow(_ prepared: ProtectedKey) -> Bool { importKey.keySpec.isSlow(.createKey) }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let record = prepared.record
    let expiry = desk.clock.now().advanced(seconds: Self.validity)
    let parameters = try desk.custody.importParameters(
      for: record.id, record.spec, by: algorithm, under: importKey, expiry: expiry, permit: permits.first)
    return Performed(Answer(key: record, parameters: parameters, expiry: expiry))
  }
}
