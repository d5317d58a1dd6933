import WireKMIP

/// A request as it came: its header read, its batch items found (KMIP 2.1 sections 8.1 to 8.3).
struct RequestMessage {
  /// What a client says of a message and of itself.
  struct Header {
    let version: KMIPVersion
    let mostResponseBytes: Int?
    let clientCorrelation: String?
    let isAsynchronous: Bool
    let onError: KMIP.BatchErrorContinuationOption
    let credentials: [TTLVItem]
    let batchCount: Int
  }

  struct Item {
    let code: UInt32
    let operation: KMIP.Operation?
    let id: [UInt8]?
    let payload: TTLVItem
    let extensions: [TTLVItem]
    let isEphemeral: Bool
  }

  let header: Header
  let items: [Item]
}

extension RequestMessage {
  /// The version that a message claims, for the answer to one that can't be read.
  static func version(of root: TTLVItem) -> KMIPVersion? {
    guard let version = root[.requestHeader]?[.protocolVersion],
      let major = version[.protocolVersionMajor]?.integer, let minor = version[.protocolVersionMinor]?.integer
    else { return nil }
    return KMIPVersion(major: major, minor: minor)
  }

  /// - Throws: `invalidMessage`, `unsupportedProtocolVersion`.
  init(_ root: TTLVItem) throws(KMIPFault) {
    guard root.tag == .requestMessage, let header = root[.requestHeader] else {
      throw .malformed("The message")
    }
    self.header = try Header(header)
    items = try RequestMessage.items(root)
    guard items.count == self.header.batchCount, !items.isEmpty else { throw .malformed("The batch count") }
    // Without order nobody could tell which answer belongs to which question.
    guard items.count == 1 || self.header.version < .v2_0 || items.allSatisfy({ $0.id != nil }) else {
      throw .missing("A unique batch item id")
    }
  }

  private static func items(_ root: TTLVItem) throws(KMIPFault) -> [Item] {
    var items: [Item] = []
    for child in root.children where child.tag == .batchItem { items.append(try Item(child)) }
    return items
  }
}

extension RequestMessage.Header {
  fileprivate init(_ header: TTLVItem) throws(KMIPFault) {
    guard let root = header[.protocolVersion], let major = root[.protocolVersionMajor]?.integer,
      let minor = root[.protocolVersionMinor]?.integer
    else { throw .missing("The protocol version") }
    version = KMIPVersion(major: major, minor: minor)
    guard KMIPVersion.known.contains(version) else {
      throw KMIPFault(.unsupportedProtocolVersion, "The server speaks KMIP 1.0 to 2.1.")
    }
    guard let count = header[.batchCount]?.integer, count > 0 else { throw .malformed("The batch count") }
    batchCount = Int(count)
    mostResponseBytes = header[.maximumResponseSize]?.integer.map { max(0, Int($0)) }
    clientCorrelation = header[.clientCorrelationValue]?.text
    // A Boolean before 2.0, then an enumeration whose first value leaves the choice to the server.
    isAsynchronous =
      header[.asynchronousIndicator].map {
        $0.boolean ?? ($0.enumeration == KMIP.AsynchronousIndicator.mandatory.rawValue)
      } ?? false
    onError = try RequestMessage.Header.onError(header)
    credentials = header[.authentication]?.all(.credential) ?? []
  }

  private static func onError(_ header: TTLVItem) throws(KMIPFault) -> KMIP.BatchErrorContinuationOption {
    guard let item = header[.batchErrorContinuationOption] else { return .stop }
    guard let option = item.enumeration(KMIP.BatchErrorContinuationOption.self) else {
      throw .malformed("The batch error continuation option")
    }
    return option
  }
}

extension RequestMessage.Item {
  fileprivate init(_ item: TTLVItem) throws(KMIPFault) {
    guard let code = item[.operation]?.enumeration else { throw .missing("An operation") }
    guard let payload = item[.requestPayload], payload.isStructure else {
      throw .missing("A request payload")
    }
    self.code = code
    operation = KMIP.Operation(rawValue: code)
    id = item[.uniqueBatchItemID]?.byteString
    self.payload = payload
    extensions = item.all(.messageExtension)
    isEphemeral = item[.ephemeral]?.boolean ?? false
  }
}
