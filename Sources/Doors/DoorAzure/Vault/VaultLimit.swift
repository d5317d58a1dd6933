import KMSDomain
import KMSEngine
import WireJSON

/// Against which limit of its vault a request counts, and for how much ("Azure Key Vault service limits"). Managed HSMs have none: what
/// they do is limited by what they can do, and so it is here.
struct VaultLimit: Equatable, Sendable {
  let family: VaultFamily
  var cost = RequestBucket.Cost.one

  /// - Throws: `Throttled`, after it was recorded or counted.
  static func check(_ call: VaultCall) async throws(AzureError) {
    guard let meter = call.engine.vaultMeter, call.vault.home.kind == .vault else { return }
    let vault = call.vault
    let limit: VaultLimit
    switch VaultLimit.shown(by: call) {
    case .limit(let known): limit = known
    case .ofKey(let name, let families):
      // Nothing is looked up as long as there is no room whatever the key is.
      if let seconds = meter.wait(for: families.all, of: vault) {
        throw await refused(families.software, seconds, call)
      }
      limit = VaultLimit(families, await record(name, call))
    }
    if let seconds = meter.wait(limit.family, of: vault, cost: limit.cost) {
      throw await refused(limit.family, seconds, call)
    }
  }

  /// The same for what is answered at once: it never waits.
  /// - Returns: whether it was counted. What wasn't is for `check` to count, or to refuse.
  static func admits(_ call: VaultCall) -> Bool {
    guard let meter = call.engine.vaultMeter, call.vault.home.kind == .vault else { return true }
    let limit: VaultLimit
    switch VaultLimit.shown(by: call) {
    case .limit(let known): limit = known
    case .ofKey(let name, let families):
      guard let record = warmRecord(name, call) else { return false }
      limit = VaultLimit(families, record)
    }
    return meter.takes(limit.family, of: call.vault, cost: limit.cost)
  }

  /// Of a key that was adopted: its own.
  static func record(_ name: KeyName, _ call: VaultCall) async -> KeyRecord? {
    let desk = call.engine.desk
    if let record = await desk.recordForLimits(name) { return record }
    guard let key = call.segment(1), let adoption = try? await call.adoption(of: key) else { return nil }
    return await desk.recordForLimits(adoption.name)
  }

  private static func warmRecord(_ name: KeyName, _ call: VaultCall) -> KeyRecord? {
    let desk = call.engine.desk
    if let record = desk.warmRecordForLimits(name) { return record }
    guard let key = call.segment(1), let known = call.adoptionNow(of: key), let adoption = known else {
      return nil
    }
    return desk.warmRecordForLimits(adoption.name)
  }

  private static func refused(
    _ family: VaultFamily, _ seconds: Int, _ call: VaultCall
  ) async -> AzureError {
    do throws(KMSError) {
      try await call.engine.throttle(unread: family.name, of: call.caller, from: call.origin)
    } catch {
      return AzureError(error, about: VaultSubject(.keys, ""), in: call)
    }
    var error = AzureError.throttled(after: seconds)
    error.isRecorded = true
    return error
  }
}

extension VaultLimit {
  /// What a request shows before anything is loaded.
  enum Shown: Equatable {
    case limit(VaultLimit)
    /// It depends on what the key of that name is.
    case ofKey(KeyName, KeyFamilies)
  }

  /// Where keys of both kinds count.
  struct KeyFamilies: Equatable, Sendable {
    static let create = KeyFamilies(software: .createSoftwareKey, hsm: .createHSMKey)
    static let use = KeyFamilies(software: .softwareKeys, hsm: .hsmKeys)

    let software: VaultFamily
    let hsm: VaultFamily
    var all: [VaultFamily] { [software, hsm] }
  }

  static func shown(by call: VaultCall) -> Shown {
    switch call.segments.first {
    case "secrets", "deletedsecrets": .limit(VaultLimit(family: isSetting(call) ? .createSecret : .secrets))
    case "keys", "deletedkeys": ofKeys(call)
    default: .limit(VaultLimit(family: .softwareKeys))
    }
  }

  private static func isSetting(_ call: VaultCall) -> Bool {
    guard call.segments.first == "secrets", let name = call.segment(1) else { return false }
    return call.method == "PUT" || call.method == "POST" && call.segment(2) == nil && name == "restore"
  }

  private static func ofKeys(_ call: VaultCall) -> Shown {
    guard let name = call.segment(1), ItemNames.isName(name) else {
      return .limit(VaultLimit(family: .softwareKeys))
    }
    let word = call.segments.dropFirst(2).last?.lowercased() ?? ""
    switch (call.method, word) {
    case ("PUT", ""):
      let body = try? call.document()
      let wantsHSM = body?["Hsm"]?.bool ?? body?["hsm"]?.bool ?? false
      return created(wantsHSM || isHSM(body?["key"]?["kty"]?.string))
    case ("POST", "create"): return created(isHSM((try? call.document())?["kty"]?.string))
    case ("POST", "") where name == "restore": return created(false)
    // Releases have the limit of what makes a key, as rotations have, which make one.
    case ("POST", "rotate"), ("POST", "release"): return .ofKey(key(name, call), .create)
    default: return .ofKey(key(name, call), .use)
    }
  }

  private static func created(_ isHSM: Bool) -> Shown {
    .limit(VaultLimit(family: isHSM ? .createHSMKey : .createSoftwareKey))
  }

  private static func isHSM(_ type: String?) -> Bool { type.flatMap { KeyType($0) }?.isHSM ?? false }

  /// The version that is named, or the latest.
  private static func key(_ name: String, _ call: VaultCall) -> KeyName {
    let place = ItemNames(vault: call.vault, collection: .keys).place(name)
    let version = call.segment(2)?.lowercased()
    let given = version.flatMap { ItemNames.isVersion($0) ? ItemNames.versionName($0, of: place) : nil }
    return KeyName(.given, given ?? ItemNames.latestName(place), in: call.vault.home)
  }

  /// - Parameter record: nil where there is no such key: that counts for the least.
  init(_ families: KeyFamilies, _ record: KeyRecord?) {
    let isHSM = record.flatMap(KeyNotes.init)?.type.isHSM ?? false
    family = isHSM ? families.hsm : families.software
    // For larger keys, Azure's limits are a fourth and an eighth of those for the others, but for making them.
    switch families == .use ? record?.spec : nil {
    case .rsa3072: cost = RequestBucket.Cost(4)
    case .rsa4096: cost = RequestBucket.Cost(8)
    default: cost = .one
    }
  }
}
