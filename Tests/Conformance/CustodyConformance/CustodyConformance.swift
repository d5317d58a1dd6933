package import KMSDomain

/// All of custody's ports that demand permits: one thing implements them.
package typealias Custody = KeyCustody & CredentialVault & SessionVault & EpochCustody & RewrapCustody
  & ErasureCustody & TokenCustody

/// What every custody must do, whatever it is built on. Run each check on an implementation of its own or a
/// shared one: they don't disturb each other.
package struct CustodyConformance: Sendable, CustomStringConvertible {
  /// A sentence: what must hold.
  package let description: String
  private let body: @Sendable (any Custody) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (any Custody) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// - Throws: `ConformanceFailure` with what didn't hold.
  package func run(on custody: any Custody) async throws { try await body(custody) }

  package static let checks =
    permitChecks + materialChecks + ciphertextChecks + randomnessChecks + signingChecks + keyPairChecks
    + importChecks + seedChecks + explicitPermitChecks + explicitMaterialChecks + explicitCipherChecks
    + explicitStreamChecks + explicitSigningChecks + derivationChecks + sharingChecks + tokenChecks
    + backupChecks + releaseChecks + transferChecks + statementChecks
}

package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
  guard condition else { throw ConformanceFailure(what()) }
}

/// Demands that `body` throws exactly this.
func refused<Ignored>(
  _ expected: KMSError, _ what: @autoclosure () -> String, _ body: () throws -> Ignored
) throws {
  do {
    _ = try body()
  } catch let error as KMSError {
    return try expect(error == expected, "\(what()): \(error) instead of \(expected)")
  }
  throw ConformanceFailure("\(what()): went through instead of \(expected)")
}

extension Payload {
  /// A payload of a test's own bytes.
  package static func test(_ bytes: [UInt8]) throws -> Payload {
    let payload = Payload(count: bytes.count) { room in
      for index in bytes.indices { room[index] = bytes[index] }
      return true
    }
    guard let payload else { throw ConformanceFailure("no payload") }
    return payload
  }

  /// All bytes, once.
  package func testBytes() throws -> [UInt8] {
    let bytes = readOnce { span in
      var bytes: [UInt8] = []
      for index in span.indices { bytes.append(span[index]) }
      return bytes
    }
    guard let bytes else { throw ConformanceFailure("the payload was read before") }
    return bytes
  }
}
