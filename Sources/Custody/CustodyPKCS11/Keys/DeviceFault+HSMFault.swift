package import KMSDomain

/// Says what a token says in the domain's words.
func translating<Result>(_ body: () throws(HSMFault) -> Result) throws(DeviceFault) -> Result {
  do throws(HSMFault) {
    return try body()
  } catch {
    throw DeviceFault(error)
  }
}

extension DeviceFault {
  package init(_ fault: HSMFault) {
    switch fault {
    case .failed(let code) where code.rejectsData: self = .rejected
    case .failed(let code) where code.saysUnsupported: self = .unsupported(fault.description)
    case .failed: self = .unreachable(fault.description)
    case .busy: self = .busy
    case .noModule, .noToken, .slow: self = .unreachable(fault.description)
    case .missingMechanism: self = .unsupported(fault.description)
    case .severalTokens, .otherToken, .uninitialised, .noPIN, .wrongPIN, .lockedPIN, .unreadablePIN,
      .readOnly,
      .missingKey, .extractable:
      self = .refused(fault.description)
    }
  }
}
