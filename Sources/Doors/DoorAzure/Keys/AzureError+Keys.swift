import KMSDomain
import KMSEngine

extension AzureError {
  init(_ fault: KeyFault) { self.init(fault.status, fault.code, inner: fault.innerCode, fault.message) }

  /// Runs what reads a request.
  static func reading<Result>(
    _ body: () throws(KeyFault) -> Result
  ) throws(AzureError) -> Result {
    do throws(KeyFault) {
      return try body()
    } catch {
      throw AzureError(error)
    }
  }
}

extension VaultCall {
  /// As `run`, in the words for keys.
  /// - Parameter operation: what the key is to do.
  func use<Op: Operation>(
    _ work: Op, doing operation: KeyOperation?, about subject: VaultSubject
  ) async throws(AzureError) -> Op.Answer {
    do throws(KMSError) {
      return try await engine.run(work, as: caller, in: vault.home.region, from: origin)
    } catch {
      throw await told(error, of: work, doing: operation, about: subject)
    }
  }

  /// As `told`, in the words for keys.
  func told<Op: Operation>(
    _ error: KMSError, of work: Op, doing operation: KeyOperation?, about subject: VaultSubject
  ) async -> AzureError {
    if case .keyNotFound = error { return await told(error, of: work, about: subject) }
    return AzureError(error, doing: operation, about: subject, in: self)
  }
}

extension AzureError {
  /// What the engine says of a key, in the words for keys. It is written down already.
  init(_ error: KMSError, doing operation: KeyOperation?, about subject: VaultSubject, in call: VaultCall) {
    guard let fault = KeyFault(error, doing: operation) else {
      self.init(error, about: subject, in: call)
      return
    }
    self.init(fault)
    isRecorded = true
  }
}
