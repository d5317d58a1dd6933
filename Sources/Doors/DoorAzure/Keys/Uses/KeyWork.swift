import KMSDomain
import KMSEngine
import WireJSON

/// Uses of a version of a key, once their requests are read.
struct KeyWork {
  private let call: VaultCall
  private let address: KeyAddress

  /// - Parameter version: nil for the latest.
  init(_ call: VaultCall, _ name: String, _ version: String?) throws(AzureError) {
    self.call = call
    address = try KeyAddress(call, name, version: version)
  }

  func cipher(_ action: Action) throws(AzureError) -> any HotWork {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in try CipherRequest(body, action) }
    return CipherWork(request: request, address: address)
  }

  func sign() throws(AzureError) -> any HotWork {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in
      try SignatureRequest(body, verifies: false)
    }
    switch request.work(address.reference, address.called) {
    case .object(let work):
      return SigningWork(request: request, address: address, work: work) { answer in
        guard case .bytes(let bytes) = answer.yield else { return nil }
        return (answer.key, bytes)
      }
    case .sign(let work):
      return SigningWork(request: request, address: address, work: work) { ($0.key, $0.result) }
    case .verify: throw .internalError
    }
  }

  func verify() throws(AzureError) -> any HotWork {
    let body = try call.document()
    let request = try AzureError.reading { () throws(KeyFault) in
      try SignatureRequest(body, verifies: true)
    }
    switch request.work(address.reference, address.called) {
    case .object(let work): return VerifyingWork(address: address, work: work)
    case .verify(let work): return VerifyingWork(address: address, work: work)
    case .sign: throw .internalError
    }
  }
}

extension KeyAddress {
  /// The `kid` of a key that was used.
  /// - Throws: `KeyNotFound` for a version of another name.
  fileprivate func kid(of key: ProtectedKey, _ call: VaultCall) throws(AzureError) -> String {
    do throws(KMSError) {
      return try called(key.record).text
    } catch {
      throw AzureError(error, about: subject, in: call)
    }
  }
}

private struct CipherWork: HotWork {
  let request: CipherRequest
  let address: KeyAddress
  let work: UseObject

  init(request: CipherRequest, address: KeyAddress) {
    self.request = request
    self.address = address
    work = request.work(address.reference, address.called)
  }

  var subject: VaultSubject { address.subject }

  func answer(_ result: UseObject.Answer, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    let kid = try address.kid(of: result.key, call)
    return .json { request.write(result.yield, kid, into: &$0) }
  }

  func answer(failing error: KMSError, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    throw AzureError(error, doing: request.action.keyOperation, about: subject, in: call)
  }
}

private struct SigningWork<Work: Operation>: HotWork {
  let request: SignatureRequest
  let address: KeyAddress
  let work: Work
  /// nil for what is no signature.
  let signature: @Sendable (Work.Answer) -> (ProtectedKey, [UInt8])?

  var subject: VaultSubject { address.subject }

  func answer(_ result: Work.Answer, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard let (key, inner) = signature(result) else { throw .internalError }
    let kid = try address.kid(of: key, call)
    guard let outer = try? request.outer(inner) else { throw .internalError }
    return .json { SignatureRequest.write(outer, kid, into: &$0) }
  }

  func answer(failing error: KMSError, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    throw AzureError(error, doing: .sign, about: subject, in: call)
  }
}

/// A signature that is wrong is an answer.
private struct VerifyingWork<Work: Operation>: HotWork {
  let address: KeyAddress
  let work: Work

  var subject: VaultSubject { address.subject }

  func answer(_ result: Work.Answer, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    .json { SignatureRequest.write(true, into: &$0) }
  }

  func answer(failing error: KMSError, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard error == .invalidSignature || error == .invalidMAC else {
      throw AzureError(error, doing: .verify, about: subject, in: call)
    }
    return .json { SignatureRequest.write(false, into: &$0) }
  }
}
