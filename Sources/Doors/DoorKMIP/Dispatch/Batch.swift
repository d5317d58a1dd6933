import KMSBytes
import KMSDomain
import WireKMIP

/// Works through the items of a message in their order and writes what became of each (KMIP 2.1 sections 8 and 9.6).
struct Batch {
  private let call: KMIPCall
  private let request: RequestMessage
  /// Where the status of each item stands that succeeded; nil for the others.
  private var statusPlaces: [Int?] = []

  init(_ request: RequestMessage, _ call: KMIPCall) {
    self.request = request
    self.call = call
    call.outputs = BatchOutputs(keeps: request.items.count > 1 && call.version >= .v2_0)
  }

  mutating func run(correlation: String) async -> WipedBytes {
    var body = ResponseMessage(
      request.header, items: request.items.count, correlation: correlation, now: seconds)
    for (place, item) in request.items.enumerated() {
      call.item = place
      let failed = await answer(item, into: &body)
      statusPlaces.append(failed ? nil : body.statusPlace)
      guard failed, request.header.onError != .continue else { continue }
      await takeBack(&body)
      break
    }
    await call.finish()
    body.setCount(statusPlaces.count)
    return limited(body, correlation)
  }

  private var seconds: Int64 { call.now.seconds }

  private func limited(_ body: consuming ResponseMessage, _ correlation: String) -> WipedBytes {
    let finished = body.finish()
    guard let most = request.header.mostResponseBytes, finished.count > most else { return finished }
    // Who isn't told that it answers from now on goes on asking.
    call.announcer = nil
    var short = ResponseMessage(request.header, items: 1, correlation: correlation, now: seconds)
    let only = request.items.count == 1 ? request.items.first : nil
    short.fail(
      only?.code, id: only?.id, .tooLarge(finished.count), in: call.version)
    return short.finish()
  }

  /// - Returns: whether it failed.
  private func answer(_ item: RequestMessage.Item, into body: inout ResponseMessage) async -> Bool {
    do throws(KMIPFault) {
      try Batch.check(item.extensions)
      try RequestDates.check(item.payload)
      let operation = try Catalogue.operation(item, in: call.version)
      try await call.enter(item)
      call.protection = ProtectionDemand(item.payload)
      if operation.code == .poll { return try await poll(item, into: &body) }
      if request.header.isAsynchronous, operation.deferral != .never {
        pend(item.code, item, try call.door.deferred.accept(item, operation, call), into: &body)
        return false
      }
      let (payload, call) = (item.payload, call)
      call.outputs.isEphemeral = item.isEphemeral
      try await body.item(item.code, id: item.id) { (writer: inout TTLVWriter) async throws(KMIPFault) in
        try await operation.run(payload, call, into: &writer)
      }
      return false
    } catch {
      body.fail(item.code, id: item.id, error, in: call.version)
      return true
    }
  }

  private func pend(
    _ code: UInt32, _ item: RequestMessage.Item, _ value: [UInt8], into body: inout ResponseMessage
  ) {
    body.item(code, id: item.id, .operationPending) { writer in
      writer.byteString(.asynchronousCorrelationValue, value)
    }
  }

  /// What became of an item of an earlier message, in the words that would have been its answer then.
  private func poll(_ item: RequestMessage.Item, into body: inout ResponseMessage) async throws(KMIPFault)
    -> Bool
  {
    let (code, outcome) = try await call.door.deferred.poll(item.payload, call)
    switch outcome {
    case .success(let payload):
      body.item(code, id: item.id, .success) { $0.copy(payload.root) }
      return false
    case .failure(let fault):
      body.fail(code, id: item.id, fault, in: call.version)
      return true
    }
  }

  /// - Throws: when a vendor demands that the message be understood.
  private static func check(_ extensions: [TTLVItem]) throws(KMIPFault) {
    for item in extensions where item[.criticalityIndicator]?.boolean == true {
      throw KMIPFault(
        .unknownMessageExtension, older: .featureNotSupported, "The message extension isn't known here.")
    }
  }

  /// Takes back what the items before the failed one did, the latest first, and says so. What couldn't be taken back stays a
  /// success.
  private func takeBack(_ body: inout ResponseMessage) async {
    guard let steps = call.undo else { return }
    call.drop()
    var remaining: Set<Int> = []
    for step in steps.reversed() {
      // What came before something that stays must stay too.
      if !remaining.isEmpty {
        remaining.insert(step.item)
      } else if await !step.run() {
        remaining.insert(step.item)
      }
    }
    for (item, place) in statusPlaces.enumerated() where !remaining.contains(item) {
      if let place { body.setStatus(at: place, .operationUndone) }
    }
  }
}
