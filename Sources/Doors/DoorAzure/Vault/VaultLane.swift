import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
package import NetKit

/// The short way of a listener behind which vaults are too.
package struct VaultLane: FastLane {
  private let door: VaultDoor
  private let other: any FastLane

  /// - Parameter other: for whatever isn't for a vault.
  package init(_ door: VaultDoor, otherwise other: any FastLane) {
    self.door = door
    self.other = other
  }

  package func turn() -> any FastTurn { VaultTurn(door, other.turn()) }
}

/// The hot operations of one event loop: those who read secrets and use keys that are warm, by tokens that were shown before. The same
/// reading, work and writing as in the ordinary lane; only nothing waits. Whatever isn't right is the ordinary lane's to find out.
private final class VaultTurn: FastTurn {
  private let door: VaultDoor
  private let other: any FastTurn
  private var records: [AuditRecord] = []
  /// Hosts that came lately, read.
  private var hosts: [String: VaultHost] = [:]
  /// Queries that came lately, read.
  private var queries: [Substring: VaultQuery] = [:]

  /// Of each of these kept at most; then it begins anew.
  private static let most = 256

  init(_ door: VaultDoor, _ other: any FastTurn) {
    self.door = door
    self.other = other
  }

  func answer(_ request: WireRequest) -> FastAnswer? {
    guard let host = host(of: request) else { return other.answer(request) }
    switch attempt(request, host) {
    case .recorded(let response, let record):
      records.append(record)
      return .now(response)
    case .counted(let response): return .now(response)
    case .slow(let work): return .later(work)
    case nil: return nil
    }
  }

  private func attempt(_ request: WireRequest, _ host: VaultHost) -> VaultAttempt? {
    guard VaultLane.mayBeHot(request), request.connection.isEncrypted,
      let vault = door.vaultNow(host),
      let known = door.callerNow(request, host, vault)
    else { return nil }
    let origin = door.origin(request).made(in: vault.home.region)
    guard
      let query = query(of: request),
      let call = try? door.call(request, query, host, vault, origin, known.caller, known.application),
      let work = try? VaultLane.work(call)
    else { return nil }
    return work.attempt(call, door.headers(request, origin, vault))
  }

  private func host(of request: WireRequest) -> VaultHost? {
    guard request.target != "/", let text = request.fields.value(of: "host") else { return nil }
    if let known = hosts[text] { return known }
    guard let host = VaultHost(text, door.names) else { return nil }
    if hosts.count >= VaultTurn.most { hosts = [:] }
    hosts[text] = host
    return host
  }

  private func query(of request: WireRequest) -> VaultQuery? {
    guard let place = request.target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    let text = request.target[place...]
    if let known = queries[text] { return known }
    // Without a version in it, the path decides what a query means: such a one isn't kept.
    guard text.utf8.count <= VaultTurn.longestQuery, let query = try? VaultQuery(request.target),
      query.fields["api-version"] != nil
    else { return nil }
    if queries.count >= VaultTurn.most { queries = [:] }
    queries[Substring(String(text))] = query
    return query
  }

  /// In bytes; hot operations have no more than a version there.
  private static let longestQuery = 64

  func commit() -> Bool {
    let ended = records
    records = []
    records.reserveCapacity(ended.count)
    var isRecorded = true
    do throws(KMSError) {
      if !ended.isEmpty { try door.engine.commit(ended) }
    } catch {
      isRecorded = false  // the log has reported its fault
    }
    return other.commit() && isRecorded
  }

  func unrecorded() -> WireResponse { other.unrecorded() }
}

extension VaultLane {
  /// Before anything else is looked at.
  fileprivate static func mayBeHot(_ request: WireRequest) -> Bool {
    switch request.method {
    case "GET": request.target.utf8.starts(with: "/secrets/".utf8)
    case "POST": request.target.utf8.starts(with: "/keys/".utf8)
    default: false
    }
  }

  /// - Returns: nil for what isn't hot.
  fileprivate static func work(_ call: VaultCall) throws(AzureError) -> (any HotWork)? {
    guard let name = call.segment(1), ItemNames.isName(name) else { return nil }
    switch (call.method, call.segments.first, call.segments.count) {
    case ("GET", "secrets", 2...3):
      guard call.vault.home.kind == .vault else { return nil }
      let version = call.segment(2)
      guard version.map(Secrets.isVersion) ?? true else { return nil }
      return try GetSecret(name, version, in: call.vault)
    case ("POST", "keys", 4):
      guard let word = call.segment(3), let adoption = call.adoptionNow(of: name) else { return nil }
      return try Keys.hot(word.lowercased(), name, call.segment(2), call.about(adoption))
    default: return nil
    }
  }
}

@available(*, unavailable)
extension VaultTurn: Sendable {}
