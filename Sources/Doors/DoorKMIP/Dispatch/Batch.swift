import KMSBytes
import KMSDomain
import WireKMIP

/// Works through the items of a message in their order and writes what became of each (KMIP 2.1 sections 8 and 9.6).
struct Batch {
  private let call: KMIPCall
  private let request: RequestMessage
  private var done: [Done] = []

  /// An item that was answered.
  private struct Done {
    let item: RequestMessage.Item
    let fault: KMIPFault?
  }

  init(_ request: RequestMessage, _ call: KMIPCall) {
    self.request = request
    self.call = call
    if request.header.onError == .undo { call.undo = [] }
    call.outputs = BatchOutputs(keeps: request.items.count > 1 && call.version >= .v2_0)
  }

  mutating func run(correlation: String) async -> WipedBytes {
    var body = ResponseMessage(
      request.header, items: request.items.count, correlation: correlation, now: seconds)
    let start = body.writer.count
    for item in request.items {
      let fault = await answer(item, into: &body)
      done.append(Done(item: item, fault: fault))
      guard fault != nil, request.header.onError != .continue else { continue }
      if request.header.onError == .undo { await takeBack(&body, from: start) }
      break
    }
    body.setCount(done.count)
    return limited(body, correlation)
  }

  private var seconds: Int64 { call.now.milliseconds / 1000 }

  private func limited(_ body: consuming ResponseMessage, _ correlation: String) -> WipedBytes {
    let finished = body.finish()
    guard let most = request.header.mostResponseBytes, finished.count > most else { return finished }
    var short = ResponseMessage(request.header, items: 1, correlation: correlation, now: seconds)
    let only = request.items.count == 1 ? request.items.first : nil
    short.fail(
      only?.code, id: only?.id, KMIPFault(.responseTooLarge, "The answer has \(finished.count) bytes."),
      in: call.version)
    return short.finish()
  }

  /// - Returns: why it failed; nil when it didn't.
  private func answer(_ item: RequestMessage.Item, into body: inout ResponseMessage) async -> KMIPFault? {
    do throws(KMIPFault) {
      try Batch.check(item.extensions)
      let operation = try Catalogue.operation(item, in: call.version)
      if request.header.isAsynchronous, operation.deferral != .never {
        let value = try call.door.deferred.accept(item, operation, call)
        body.item(item.code, id: item.id, .operationPending) { writer in
          writer.byteString(.asynchronousCorrelationValue, value)
        }
        return nil
      }
      let (payload, call) = (item.payload, call)
      call.outputs.isEphemeral = item.isEphemeral
      try await body.item(item.code, id: item.id) { (writer: inout TTLVWriter) async throws(KMIPFault) in
        try await operation.run(payload, call, into: &writer)
      }
      return nil
    } catch {
      body.fail(item.code, id: item.id, error, in: call.version)
      return error
    }
  }

  /// - Throws: when a vendor demands that the message be understood.
  private static func check(_ extensions: [TTLVItem]) throws(KMIPFault) {
    for item in extensions where item[.criticalityIndicator]?.boolean == true {
      throw KMIPFault(.featureNotSupported, "The message extension isn't known here.")
    }
  }

  /// Takes back what the items before the failed one did, the latest first, and says so.
  private func takeBack(_ body: inout ResponseMessage, from start: Int) async {
    for step in (call.undo ?? []).reversed() { await step() }
    body.takeBack(to: start)
    for item in done {
      if let fault = item.fault {
        body.fail(item.item.code, id: item.item.id, fault, in: call.version)
      } else {
        body.item(item.item.code, id: item.item.id, .operationUndone) { _ in }
      }
    }
  }
}
