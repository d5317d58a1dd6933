import CPKCS11
import Synchronization

/// A PKCS#11 module, loaded. The owner of a C handle.
///
/// Any number of threads may call it at once while it is initialised: it was told to lock. Calls are made inside `gate`.
@safe package final class Module: @unchecked Sendable {  // the handle never changes
  package let path: String
  var gate: Gate { life.gate }
  private let handle: OpaquePointer
  private let life: Life

  /// What all who loaded the same file share, because a module has one state for the whole process.
  private final class Life: Sendable {
    let gate = Gate()
    /// How often it was started anew. Sessions of earlier times are gone.
    let restarts = Atomic<Int>(0)
    let refusedPINs = RefusedPINs()
    private static let lives = Mutex<[String: Life]>([:])

    static func of(_ path: String) -> Life {
      lives.withLock { lives in
        if let known = lives[path] { return known }
        let new = Life()
        lives[path] = new
        return new
      }
    }
  }

  /// - Throws: `HSMFault.noModule` with the reason.
  package init(path: String) throws(HSMFault) {
    var why = [CChar](repeating: 0, count: 512)
    let room = why.count
    guard let loaded = unsafe kms_p11_load(path, &why, room) else {
      throw .noModule(path: path, reason: Module.text(why))
    }
    self.path = path
    unsafe handle = loaded
    life = Life.of(path)
  }

  deinit { unsafe kms_p11_free(handle) }

  /// Lends the handle for one call, and turns what it returns into an error.
  func call(_ body: (OpaquePointer) -> UInt) throws(ReturnCode) {
    try ReturnCode.check(unsafe body(handle))
  }

  var refusedPINs: RefusedPINs { life.refusedPINs }
  var generation: Int { life.restarts.load(ordering: .acquiring) }

  /// Does nothing when somebody has done so before.
  func initialize() throws(ReturnCode) {
    do throws(ReturnCode) {
      try unsafe call { unsafe kms_p11_initialize($0) }
    } catch {
      guard error == .cryptokiAlreadyInitialized else { throw error }
    }
  }

  /// Ends everything and begins anew, unless somebody has done so since that generation. Whoever calls it is outside the
  /// gate.
  /// - Returns: false when calls that hang were in the way, or the module doesn't end: then all is as before.
  func restart(after seen: Int) -> Bool {
    let done = gate.alone(within: Module.patience) {
      guard generation == seen else { return true }
      guard finalize() else { return false }
      life.restarts.add(1, ordering: .acquiringAndReleasing)
      // What fails here fails again, and is told, when the token is looked for.
      do throws(ReturnCode) { try initialize() } catch {}
      return true
    }
    return done ?? false
  }

  /// - Returns: whether it has ended.
  private func finalize() -> Bool {
    do throws(ReturnCode) {
      try unsafe call { unsafe kms_p11_finalize($0) }
      return true
    } catch {
      return error == .cryptokiNotInitialized
    }
  }

  /// Seconds that other calls get to end.
  private static let patience = 1

  func openSession(in slot: UInt, writing: Bool) throws(ReturnCode) -> UInt {
    var session: UInt = 0
    try unsafe call { unsafe kms_p11_open_session($0, slot, writing ? 1 : 0, &session) }
    return session
  }

  func closeSession(_ session: UInt) throws(ReturnCode) {
    try unsafe call { unsafe kms_p11_close_session($0, session) }
  }

  /// Who made it, and which version it is.
  func description() throws(ReturnCode) -> String {
    var info = kms_p11_module_info()
    try unsafe call { unsafe kms_p11_describe($0, &info) }
    let name = unsafe withUnsafeBytes(of: info.library) { unsafe Module.text($0) }
    return "\(name) \(info.major).\(info.minor)"
  }

  /// The slots with a token in them.
  func slots() throws(ReturnCode) -> [UInt] {
    var slots = [UInt](repeating: 0, count: Module.mostSlots)
    var count = UInt(slots.count)
    try unsafe call { unsafe kms_p11_slots($0, &slots, &count) }
    return Array(slots.prefix(Int(clamping: count)))
  }

  func token(in slot: UInt) throws(ReturnCode) -> TokenInfo {
    var info = kms_p11_token_info()
    try unsafe call { unsafe kms_p11_token($0, slot, &info) }
    return unsafe TokenInfo(
      slot: slot, label: withUnsafeBytes(of: info.label) { unsafe Module.text($0) },
      serial: withUnsafeBytes(of: info.serial) { unsafe Module.text($0) },
      manufacturer: withUnsafeBytes(of: info.manufacturer) { unsafe Module.text($0) },
      model: withUnsafeBytes(of: info.model) { unsafe Module.text($0) }, flags: info.flags,
      mostSessions: info.most_sessions, mostWritingSessions: info.most_writing_sessions)
  }

  func mechanisms(in slot: UInt) throws(ReturnCode) -> MechanismTable {
    var found = [kms_p11_mechanism_info](repeating: .init(), count: Module.mostMechanisms)
    var count = UInt(found.count)
    try unsafe call { unsafe kms_p11_mechanisms($0, slot, &found, &count) }
    return MechanismTable(
      found.prefix(Int(clamping: count)).map { told in
        (
          Mechanism(told.type),
          MechanismTable.Entry(least: told.least, most: told.most, flags: told.flags)
        )
      })
  }

  private static let mostSlots = 256
  private static let mostMechanisms = 1024

  static func text(_ characters: [CChar]) -> String {
    unsafe characters.withUnsafeBytes { unsafe text($0) }
  }

  /// Up to the first zero byte; what isn't UTF-8 is replaced.
  static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// What a token says of itself.
package struct TokenInfo: Sendable {
  let slot: UInt
  package let label: String
  package let serial: String
  package let manufacturer: String
  package let model: String
  package let isWriteProtected: Bool
  let isInitialised: Bool
  let hasPIN: Bool
  let isPINLocked: Bool
  /// nil: it names no limit.
  package let mostSessions: UInt?
  let mostWritingSessions: UInt?

  init(
    slot: UInt, label: String, serial: String, manufacturer: String, model: String, flags: UInt32,
    mostSessions: UInt, mostWritingSessions: UInt
  ) {
    self.slot = slot
    self.label = label
    self.serial = serial
    self.manufacturer = manufacturer
    self.model = model
    isWriteProtected = flags & UInt32(KMS_P11_WRITE_PROTECTED) != 0
    isInitialised = flags & UInt32(KMS_P11_INITIALISED) != 0
    hasPIN = flags & UInt32(KMS_P11_PIN_SET) != 0
    isPINLocked = flags & UInt32(KMS_P11_PIN_LOCKED) != 0
    self.mostSessions = mostSessions == 0 ? nil : mostSessions
    self.mostWritingSessions = mostWritingSessions == 0 ? nil : mostWritingSessions
  }
}
