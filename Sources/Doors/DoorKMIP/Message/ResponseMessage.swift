import KMSBytes
import WireKMIP

/// Writes an answer: the header, then one item for each that was worked on (KMIP 2.1 sections 8.4 to 8.6).
struct ResponseMessage {
  private(set) var writer: TTLVWriter
  private let message: TTLVWriter.Mark
  /// Where the batch count stands.
  private let countPlace: Int
  /// Where the status of the last item stands.
  private(set) var statusPlace = 0

  /// - Parameter now: seconds since 1970.
  init(_ header: RequestMessage.Header, items: Int, correlation: String, now: Int64) {
    self.init(header.version, items: items, now: now) { writer in
      if header.version >= .v1_4 {
        if let value = header.clientCorrelation { writer.text(.clientCorrelationValue, value) }
        writer.text(.serverCorrelationValue, correlation)
      }
    }
  }

  private init(
    _ version: KMIPVersion, items: Int, now: Int64, _ more: (inout TTLVWriter) -> Void
  ) {
    var writer = TTLVWriter()
    message = writer.open(.responseMessage)
    let header = writer.open(.responseHeader)
    let mark = writer.open(.protocolVersion)
    writer.integer(.protocolVersionMajor, version.major)
    writer.integer(.protocolVersionMinor, version.minor)
    writer.close(mark)
    writer.dateTime(.timeStamp, now)
    more(&writer)
    countPlace = writer.count
    writer.integer(.batchCount, Int32(clamping: items))
    writer.close(header)
    self.writer = writer
  }

  /// The answer to a message that couldn't be read: one item, of no operation.
  static func refusal(_ fault: KMIPFault, _ version: KMIPVersion?, now: Int64) -> WipedBytes {
    // In the client's version where there is one that the server speaks, so that it can read the answer.
    let version = version.flatMap { KMIPVersion.known.contains($0) ? $0 : nil } ?? .v1_0
    var message = ResponseMessage(version, items: 1, now: now) { _ in }
    message.fail(nil, id: nil, fault, in: version)
    return message.finish()
  }

  /// An item about which there is nothing to say but what became of it; `body` writes what stands beside the payload.
  mutating func item(
    _ code: UInt32?, id: [UInt8]?, _ status: KMIP.ResultStatus, _ body: (inout TTLVWriter) -> Void
  ) {
    let item = writer.open(.batchItem)
    if let code { writer.enumeration(.operation, code) }
    if let id { writer.byteString(.uniqueBatchItemID, id) }
    statusPlace = writer.count
    writer.enumeration(.resultStatus, status)
    body(&writer)
    writer.close(item)
  }

  mutating func fail(_ code: UInt32?, id: [UInt8]?, _ fault: KMIPFault, in version: KMIPVersion) {
    item(code, id: id, .operationFailed) { writer in
      writer.enumeration(.resultReason, fault.reason(in: version))
      writer.text(.resultMessage, fault.message)
    }
  }

  /// An item that succeeds, unless `body`, which writes the payload, fails: then nothing of it is left.
  mutating func item<Failure: Error>(
    _ code: UInt32, id: [UInt8]?,
    _ body: (inout TTLVWriter) async throws(Failure) -> Void
  ) async throws(Failure) {
    let start = writer.count
    let item = writer.open(.batchItem)
    writer.enumeration(.operation, code)
    if let id { writer.byteString(.uniqueBatchItemID, id) }
    statusPlace = writer.count
    writer.enumeration(.resultStatus, KMIP.ResultStatus.success)
    let payload = writer.open(.responsePayload)
    do throws(Failure) {
      try await body(&writer)
    } catch {
      writer.takeBack(to: start)
      throw error
    }
    writer.close(payload)
    writer.close(item)
  }

  /// Says something else of an item that was written.
  /// - Parameter place: `statusPlace` at that time.
  mutating func setStatus(at place: Int, _ status: KMIP.ResultStatus) {
    writer.replaceInteger(at: place, by: Int32(bitPattern: status.rawValue))
  }

  /// The same where nothing waits.
  mutating func item<Failure: Error>(
    _ code: UInt32, id: [UInt8]?, _ body: (inout TTLVWriter) throws(Failure) -> Void
  ) throws(Failure) {
    let start = writer.count
    let item = writer.open(.batchItem)
    writer.enumeration(.operation, code)
    if let id { writer.byteString(.uniqueBatchItemID, id) }
    writer.enumeration(.resultStatus, KMIP.ResultStatus.success)
    let payload = writer.open(.responsePayload)
    do throws(Failure) {
      try body(&writer)
    } catch {
      writer.takeBack(to: start)
      throw error
    }
    writer.close(payload)
    writer.close(item)
  }

  /// For when there turn out to be fewer.
  mutating func setCount(_ items: Int) {
    writer.replaceInteger(at: countPlace, by: Int32(clamping: items))
  }

  consuming func finish() -> WipedBytes {
    writer.close(message)
    return writer.finish()
  }

  /// The same for the short way, which sends it at once.
  consuming func bytes() -> [UInt8] {
    writer.close(message)
    return writer.bytes
  }
}
