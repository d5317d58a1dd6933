import KMSDomain
import KMSEngine
import WireJSON

/// Uses of a version of a key.
struct KeyWork {
  private let call: VaultCall
  private let address: KeyAddress

  /// - Parameter version: nil for the latest.
  init(_ call: VaultCall, _ name: String, _ version: String?) throws(AzureError) {
    self.call = call
    address = try KeyAddress(call, name, version: version)
  }

  func cipher(_ action: Action) async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in try CipherRequest(body, action) }
    let answer = try await call.use(
      request.work(address.reference, address.kid), doing: action.keyOperation, about: address.subject)
    let kid = try kid(answer.key)
    return .json { request.write(answer.yield, kid, into: &$0) }
  }

  func sign() async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in
      try SignatureRequest(body, verifies: false)
    }
    let key: ProtectedKey
    let signature: [UInt8]
    switch request.work(address.reference, address.kid) {
    case .object(let work):
      let answer = try await call.use(work, doing: .sign, about: address.subject)
      guard case .bytes(let bytes) = answer.yield else { throw .internalError }
      (key, signature) = (answer.key, bytes)
    case .sign(let work):
      let answer = try await call.use(work, doing: .sign, about: address.subject)
      (key, signature) = (answer.key, answer.result)
    case .verify: throw .internalError
    }
    let kid = try kid(key)
    guard let outer = try? request.outer(signature) else { throw .internalError }
    return .json { SignatureRequest.write(outer, kid, into: &$0) }
  }

  /// A signature that is wrong is an answer.
  func verify() async throws(AzureError) -> VaultAnswer {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in
      try SignatureRequest(body, verifies: true)
    }
    let isRight: Bool
    switch request.work(address.reference, address.kid) {
    case .object(let work): isRight = try await verdict(work)
    case .verify(let work): isRight = try await verdict(work)
    case .sign: throw .internalError
    }
    return .json { SignatureRequest.write(isRight, into: &$0) }
  }

  private func verdict(_ work: some Operation) async throws(AzureError) -> Bool {
    do throws(KMSError) {
      _ = try await call.engine.run(
        work, as: call.caller, in: call.vault.home.region, from: call.origin)
      return true
    } catch .invalidSignature, .invalidMAC {
      return false
    } catch {
      throw await call.told(error, of: work, doing: .verify, about: address.subject)
    }
  }

  /// - Throws: `KeyNotFound` for a version of another name.
  private func kid(_ key: ProtectedKey) throws(AzureError) -> String {
    do throws(KMSError) {
      return try address.kid(key.record)
    } catch {
      throw AzureError(error, about: address.subject, in: call)
    }
  }
}
