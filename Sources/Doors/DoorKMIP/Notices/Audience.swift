import KMSBytes
import NetKit
import WireKMIP

/// A client that answers, and what it has said of itself.
struct Audience: Sendable {
  /// What a client made of a request.
  enum Reply: Equatable {
    case done
    /// For whatever reason it gives; nil where it gives none.
    case refused(KMIP.ResultReason?)
  }

  private let line: any MessageLine
  /// Of all that it is told.
  private(set) var version: KMIPVersion
  /// Of objects that it has a use for; empty where it hasn't said.
  private var types: Set<KMIP.ObjectType> = []
  /// Whether it takes any.
  var takesObjects = true

  private static let limits = KMIPDoor.limits

  /// Asks which versions the client speaks, the one that it prefers first, and what it can do.
  /// - Parameter version: in which it is asked for that.
  /// - Returns: nil when it doesn't answer, or speaks no version that the server does.
  init?(_ line: any MessageLine, _ version: KMIPVersion) async {
    self.line = line
    self.version = version
    guard let versions = await exchange(.discoverVersions, { _ in }) else { return nil }
    // One that doesn't know the operation speaks the version that it asked in.
    if let payload = versions.payload {
      guard let found = Audience.versions(payload).first(where: KMIPVersion.known.contains) else {
        return nil
      }
      self.version = found
    }
    // Servers ask clients that from 1.3 on.
    guard self.version >= .v1_3 else { return }
    guard let facts = await exchange(.query, Audience.writeFunctions) else { return nil }
    types = Set(facts.payload?.all(.objectType).compactMap { $0.enumeration() } ?? [])
  }

  func takes(_ type: KMIP.ObjectType) -> Bool { takesObjects && (types.isEmpty || types.contains(type)) }

  /// - Parameter payload: items that stand one after the other.
  /// - Returns: nil when the connection is over.
  func ask(_ operation: KMIP.Operation, _ payload: WipedBytes) async -> Reply? {
    let answer = await exchange(operation) { writer in payload.withBytes { writer.encoded($0) } }
    guard let answer else { return nil }
    return answer.isDone ? .done : .refused(answer.reason)
  }

  // MARK: Messages

  private struct Answer {
    let isDone: Bool
    let reason: KMIP.ResultReason?
    /// Of a success.
    let payload: TTLVItem?
  }

  /// - Returns: nil when nothing came, or what came is no answer to this: then nobody can tell what the next one would answer.
  private func exchange(
    _ operation: KMIP.Operation, _ payload: (inout TTLVWriter) -> Void
  ) async -> Answer? {
    guard let message = await line.ask(request(operation, payload)),
      let root = try? TTLVDocument(message, limits: Audience.limits).root, root.tag == .responseMessage
    else { return nil }
    let items = root.all(.batchItem)
    guard let item = items.first, items.count == 1,
      let status = item[.resultStatus]?.enumeration(KMIP.ResultStatus.self),
      item[.operation].map({ $0.enumeration == operation.rawValue }) ?? (status != .success)
    else { return nil }
    let isDone = status == .success
    return Answer(
      isDone: isDone, reason: item[.resultReason]?.enumeration(),
      payload: isDone ? item[.responsePayload] : nil)
  }

  private func request(_ operation: KMIP.Operation, _ payload: (inout TTLVWriter) -> Void) -> [UInt8] {
    var writer = TTLVWriter()
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { header in
        header.structure(.protocolVersion) { writer in
          writer.integer(.protocolVersionMajor, version.major)
          writer.integer(.protocolVersionMinor, version.minor)
        }
        header.integer(.batchCount, 1)
      }
      message.structure(.batchItem) { item in
        item.enumeration(operation)
        item.structure(.requestPayload, payload)
      }
    }
    return writer.bytes
  }

  private static func versions(_ payload: TTLVItem) -> [KMIPVersion] {
    payload.all(.protocolVersion).compactMap { item in
      guard let major = item[.protocolVersionMajor]?.integer, let minor = item[.protocolVersionMinor]?.integer
      else { return nil }
      return KMIPVersion(major: major, minor: minor)
    }
  }

  private static func writeFunctions(into output: inout TTLVWriter) {
    let functions: [KMIP.QueryFunction] = [
      .queryOperations, .queryObjects, .queryServerInformation, .queryAttestationTypes, .queryCapabilities,
    ]
    for function in functions { output.enumeration(function) }
  }
}
