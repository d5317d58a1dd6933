import AdminAPI
import CustodySoftware
import Dispatch
import DoorAdmin
import KMSBytes
import KMSDomain
import StoreSQLite
import Synchronization

/// Makes the roots that the owner asks for by the admin socket.
final class SealAdministrator: SealDesk {
  private let house: House
  private let variables: SecretVariables
  /// The seal of the root that was prepared.
  private let prepared = Mutex<Configuration.SealSource?>(nil)

  init(_ house: House, variables: SecretVariables) {
    self.house = house
    self.variables = variables
  }

  var keeper: any RootKeeper { house.roots }
  var store: String { SealAdministrator.fingerprint(house.store.storeID) }

  static func fingerprint(_ store: Bits128) -> String { Hex.string(Array(store.bytes.prefix(6))) }

  var turn: any RootTurn { house.roots }
  var progress: ChangeProgress? {
    guard let progress = house.roots.progress, let total = progress.total else { return nil }
    return ChangeProgress(done: progress.done, total: total)
  }

  func prepareRoot(
    _ settings: [String: String], secret: Payload?
  ) async throws(SealRefusal) -> PreparedRoot {
    let source: Configuration.SealSource
    if settings.isEmpty {
      source = house.roots.source
    } else {
      do throws(ConfigurationProblems) {
        source = try ConfigurationSources.seal(settings, token: house.configuration.pkcs11)
      } catch {
        throw SealRefusal(error.all.map(\.description).joined(separator: "; "))
      }
    }
    guard source != .passphrasePrompt || secret != nil else {
      throw SealRefusal("people type the passphrase of this seal: add --ask-passphrase")
    }
    let new = try await make(
      Seals.make(source, house.directory, variables: variables, typed: secret.map { TypedSecret($0) }))
    prepared.withLock { $0 = source }
    let needed = try? SharedParameters(new.holder).threshold
    return PreparedRoot(kind: source.kind, shares: new.shares, needed: needed)
  }

  func prepareRecovery(needed: Int, shares: Int) async throws(SealRefusal) -> [Payload] {
    guard let parameters = SharedParameters(threshold: needed, parts: shares) else {
      throw SealRefusal("there are from 1 to 16 shares, and no more of them are needed than there are")
    }
    return try await make(RecoverySeal(parameters)).shares
  }

  func rootIsReplaced() {
    guard let source = prepared.withLock({ $0 }) else { return }
    house.roots.use(source)
  }

  /// Seals take half a second, or ask other machines: on a thread of their own.
  private func make(_ seal: any Seal) async throws(SealRefusal) -> NewRoot {
    let store = house.store.storeID
    let made = await Blocking.run { () -> Result<NewRoot, SealError> in
      do throws(SealError) { return .success(try seal.make(for: store)) } catch { return .failure(error) }
    }
    switch made {
    case .success(let new):
      house.roots.prepare(new)
      return new
    case .failure(let error): throw SealRefusal(error.description)
    }
  }
}

/// Work that blocks, away from the threads that must not.
enum Blocking {
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: work()) }
    }
  }
}
