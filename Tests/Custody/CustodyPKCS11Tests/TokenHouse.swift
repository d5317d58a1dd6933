import CustodyPKCS11
import CustodySoftware
import Foundation
import KMSDomain

/// A SoftHSM with tokens of its own for this process, reached through the module that makes calls fail.
///
/// The module's state is the process's, so there is one house, and the suites that use it run one after the other.
struct TokenHouse: Sendable {
  static let pin = "correct-horse"
  static let label = "house"
  /// Two tokens have it.
  static let twice = "twice"
  /// Without faults planned it is as good as SoftHSM itself.
  let module: Module
  let faults: Faults

  static let shared = Result<TokenHouse, any Error> { try TokenHouse() }

  private init() throws {
    // The module brings libcrypto along, and the first one to start it decides where its memory is.
    guard OpenSSL.start() else { throw HouseFailure(description: "libcrypto was started too late") }
    let folder = URL.temporaryDirectory.appending(path: "claviger-tokens-\(UUID().uuidString)")
    let tokens = folder.appending(path: "tokens")
    try FileManager.default.createDirectory(at: tokens, withIntermediateDirectories: true)
    let configuration = folder.appending(path: "softhsm2.conf")
    try "directories.tokendir = \(tokens.path())\nobjectstore.backend = file\nlog.level = ERROR\n"
      .write(to: configuration, atomically: true, encoding: .utf8)
    unsafe setenv("SOFTHSM2_CONF", configuration.path(), 1)
    unsafe setenv("PKCS11_FAULTS_MODULE", try TokenHouse.softHSM(), 1)
    for label in [TokenHouse.label, TokenHouse.twice, TokenHouse.twice] {
      try TokenHouse.makeToken(label)
    }
    let shim = TokenHouse.shim
    module = try Module(path: shim)
    faults = try Faults(shim)
  }

  private static func softHSM() throws -> String {
    let places = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"]
    guard let place = places.first(where: FileManager.default.fileExists(atPath:)) else {
      throw HouseFailure(description: "there is no SoftHSM: Scripts/bootstrap test installs it")
    }
    return place
  }

  /// Beside the tests themselves.
  private static var shim: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "libpkcs11-faults.so").path()
  }

  private static func makeToken(_ label: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/softhsm2-util")
    process.arguments = ["--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", pin]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw HouseFailure(description: "softhsm2-util made no token")
    }
  }

  static func source(_ pin: String = TokenHouse.pin) -> PINSource {
    .supplied { () throws(HSMFault) -> Payload in Payload(copying: Array(pin.utf8).span) }
  }

  func open(
    _ choice: TokenChoice = .label(TokenHouse.label), pin: PINSource = TokenHouse.source(),
    sessions: Int = 1, line: Int = 64, deadline: Int = 60_000
  ) throws -> Token {
    try Token(
      module, choice, pin: pin, writes: true,
      limits: Token.Limits(sessions: sessions, line: line, deadline: deadline))
  }
}

struct HouseFailure: Error, CustomStringConvertible { let description: String }

/// What the module between can be told and asked.
@safe struct Faults: @unchecked Sendable {  // functions of a library that stays
  enum Kind: Int32, CaseIterable, Sendable {
    case sessionHandleInvalid = 1
    case deviceError = 2
    case deviceMemory = 3
    case tokenNotPresent = 4
    case userNotLoggedIn = 5
    case hang = 6
  }

  private let setPlan: @convention(c) (Int32, UInt, UInt) -> Void
  private let release: @convention(c) () -> Void
  private let countCalls: @convention(c) () -> UInt
  private let countHanging: @convention(c) () -> UInt
  private let countSessions: @convention(c) () -> UInt

  fileprivate init(_ path: String) throws {
    guard let library = unsafe dlopen(path, RTLD_NOW) else {
      throw HouseFailure(description: "\(path) is not there")
    }
    setPlan = unsafe try Faults.unsafeFind("plan", library)
    release = unsafe try Faults.unsafeFind("release", library)
    countCalls = unsafe try Faults.unsafeFind("calls", library)
    countHanging = unsafe try Faults.unsafeFind("hanging", library)
    countSessions = unsafe try Faults.unsafeFind("sessions", library)
  }

  private static func unsafeFind<Function>(
    _ name: String, _ library: UnsafeMutableRawPointer
  ) throws -> Function {
    guard let symbol = unsafe dlsym(library, "pkcs11_faults_" + name) else {
      throw HouseFailure(description: "the module has no \(name)")
    }
    return unsafe unsafeBitCast(symbol, to: Function.self)
  }

  /// The call with this number, counted from now, fails, and as many after it as `times` says.
  func plan(_ kind: Kind, at call: UInt, times: UInt = 1) { setPlan(kind.rawValue, call, times) }
  func planNothing() { setPlan(0, 1, 1) }
  func letGo() { release() }
  var calls: UInt { countCalls() }
  var hanging: UInt { countHanging() }
  var sessions: UInt { countSessions() }
}
