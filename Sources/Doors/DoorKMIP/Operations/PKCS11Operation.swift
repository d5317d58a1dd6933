import KMSDomain
import KMSEngine
import WireKMIP

/// Calls of PKCS#11 functions over KMIP (KMIP 2.1 section 6.1.37; Profiles 2.1 section 5.18): what a library needs to begin, to ask
/// what it speaks with, and to end. Every other function says that it isn't supported: keys are used by KMIP's own operations.
struct PKCS11Operation: KMIPOperation {
  static let code = KMIP.Operation.pkcs11
  static let deferral = Deferral.never

  /// PKCS#11's own, among its return values.
  private enum ReturnCode: UInt32 {
    case ok = 0
    case functionNotSupported = 0x54
    case notInitialized = 0x190
  }

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let function = try function(payload)
    let value = payload[.correlationValue]?.byteString
    try await call.run(
      CallPKCS11(KMIPRegistry.name(of: function.rawValue, in: .pkcs11Function) ?? "", in: call.home.account))
    if let interface = payload[.pkcs11Interface] { output.copy(interface) }
    output.enumeration(function)
    let code: ReturnCode
    switch function {
    case .initialize: code = try begin(call, into: &output)
    case .getInfo: code = info(value, call, into: &output)
    case .finalize: code = end(value, call)
    default: code = .functionNotSupported
    }
    output.enumeration(.pkcs11ReturnCode, code.rawValue)
  }

  private static func function(_ payload: TTLVItem) throws(KMIPFault) -> KMIP.PKCS11Function {
    if let interface = payload[.pkcs11Interface] {
      guard let name = interface.text, name == "PKCS 11" else {
        throw KMIPFault(.pkcs11InvalidInterface, "There is no such interface.")
      }
    }
    guard let item = payload[.pkcs11Function] else { throw .missing("The function") }
    guard let function = item.enumeration(KMIP.PKCS11Function.self) else {
      throw KMIPFault(.pkcs11InvalidFunction, "There is no such function.")
    }
    return function
  }

  private static func begin(_ call: KMIPCall, into output: inout TTLVWriter) throws(KMIPFault) -> ReturnCode {
    output.byteString(.correlationValue, try call.keepPKCS11())
    return .ok
  }

  private static func info(
    _ value: [UInt8]?, _ call: KMIPCall, into output: inout TTLVWriter
  ) -> ReturnCode {
    guard let value, call.hasPKCS11(value) else { return .notInitialized }
    output.byteString(.pkcs11OutputParameters, CryptokiInformation.bytes)
    return .ok
  }

  private static func end(_ value: [UInt8]?, _ call: KMIPCall) -> ReturnCode {
    value.map(call.takePKCS11) ?? false ? .ok : .notInitialized
  }
}

/// CK_INFO of PKCS#11 as the profile lays it out: versions in two bytes, texts padded with blanks, flags in eight bytes.
enum CryptokiInformation {
  /// The profile's test case compares it byte for byte, the names too: they say nothing about this server.
  static let bytes: [UInt8] =
    [2, 40] + padded("TEST      Pty Ltd") + [UInt8](repeating: 0, count: 8) + padded("TEST") + [1, 0]

  private static func padded(_ text: String) -> [UInt8] {
    Array(text.utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 32 - text.utf8.count)
  }
}

/// Clients of PKCS#11 that have begun and not ended.
typealias PKCS11Clients = Correlations<PKCS11Client>

struct PKCS11Client: Sendable {}

extension PKCS11Clients {
  convenience init() { self.init(Limits(perClient: 16, inAll: 4096, lifetime: 3600)) }
}

extension KMIPCall {
  fileprivate func keepPKCS11() throws(KMIPFault) -> [UInt8] {
    guard let kept = door.pkcs11.keep(PKCS11Client(), for: caller, at: now) else {
      throw KMIPFault(.serverLimitExceeded, "The client has begun more often than it may.")
    }
    return kept.bytes
  }

  /// Whether the value is that of a client that has begun; it has longer now.
  fileprivate func hasPKCS11(_ value: [UInt8]) -> Bool {
    guard value.count == 16, let value = Bits128(value.span),
      let client = door.pkcs11.borrow(value, for: caller, at: now)
    else { return false }
    door.pkcs11.giveBack(client, as: value)
    return true
  }

  fileprivate func takePKCS11(_ value: [UInt8]) -> Bool {
    guard value.count == 16, let value = Bits128(value.span) else { return false }
    return door.pkcs11.take(value, for: caller, at: now) != nil
  }
}
