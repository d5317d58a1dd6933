package import KMSDomain
import KMSSecrets
import Synchronization

/// Where shares come together, in locked memory, whoever brings them. While one root replaces another there are two sets of
/// shares that may come.
package final class ShareBox: Sendable {
  package struct Progress: Hashable, Sendable {
    package let kind: SealKind
    package let given: Int
    package let needed: Int
    package let parts: Int
    package var isComplete: Bool { given >= needed }
  }

  /// Why a share isn't taken.
  package enum Refusal: Error, Hashable, Sendable {
    /// No share, or one with a mistake in it.
    case malformed
    /// Of another store, or of a seal that was replaced.
    case foreign
    /// That part was given already.
    case repeated
  }

  private struct Compartment: Sendable {
    let holder: SealHolder
    let parameters: SharedParameters
    var shares: [Int: Share] = [:]

    var progress: Progress {
      Progress(
        kind: holder.kind, given: shares.count, needed: parameters.threshold, parts: parameters.parts)
    }
  }

  private let store: Bits128
  private let compartments: Mutex<[Compartment]>

  /// - Parameter holders: the newest first.
  /// - Throws: `malformed` for a holder that nobody has shares of, or where there is none.
  package init(for holders: [SealHolder], in store: Bits128) throws(SealError) {
    guard !holders.isEmpty else { throw .malformed }
    try SealError.requireCrypto()
    var made: [Compartment] = []
    for holder in holders {
      made.append(Compartment(holder: holder, parameters: try SharedParameters(holder)))
    }
    self.store = store
    compartments = Mutex(made)
  }

  package convenience init(for holder: SealHolder, in store: Bits128) throws(SealError) {
    try self.init(for: [holder], in: store)
  }

  /// Of the set of which most are there.
  package var progress: Progress {
    compartments.withLock { all in
      all.dropFirst().reduce(all[0].progress) { best, next in
        next.shares.count > best.given ? next.progress : best
      }
    }
  }

  /// - Returns: the progress of the set that it belongs to.
  @discardableResult
  package func add(_ text: Payload) throws(Refusal) -> Progress {
    guard text.count <= Share.longestText, let share = Share(text: text) else { throw .malformed }
    let store = self.store
    let result = compartments.withLock { all -> Result<Progress, Refusal> in
      let place = all.firstIndex { share.isOf($0.holder, in: store) && share.number <= $0.parameters.parts }
      guard let place else { return .failure(.foreign) }
      guard all[place].shares[share.number] == nil else { return .failure(.repeated) }
      all[place].shares[share.number] = share
      return .success(all[place].progress)
    }
    return try result.get()
  }

  /// Forgets what was handed in.
  package func empty() {
    compartments.withLock { all in
      for index in all.indices { all[index].shares = [:] }
    }
  }

  /// - Throws: `needsPeople` while there are too few.
  func secret(of holder: SealHolder) throws(SealError) -> SecretBytes {
    let found = compartments.withLock { all in all.first { $0.holder == holder } }
    guard let found, found.progress.isComplete else { throw .needsPeople(holder.kind) }
    return try Shares.join(Array(found.shares.values), found.parameters)
  }
}

/// A secret of 32 bytes among people.
enum Shares {
  static func split(
    _ secret: borrowing SecretBytes, _ kind: SealKind, _ parameters: SharedParameters, root: RootID,
    store: Bits128
  ) throws(SealError) -> [Payload] {
    do throws(KMSError) {
      let sharer = try Sharer(
        SecretSharing(.gf256, parts: parameters.parts, threshold: parameters.threshold))
      var texts: [Payload] = []
      for share in try sharer.split(secret) {
        guard let bytes = share.bytes.take() else { throw .custodyUnavailable }
        let share = Share(
          kind, parameters, number: share.identifier, Secret(bytes), root: root, store: store)
        do throws(SealError) { texts.append(try share.text()) } catch { throw .custodyUnavailable }
      }
      return texts
    } catch {
      throw .cryptoUnavailable
    }
  }

  static func join(_ shares: [Share], _ parameters: SharedParameters) throws(SealError) -> SecretBytes {
    do throws(KMSError) {
      let sharer = try Sharer(
        SecretSharing(.gf256, parts: parameters.parts, threshold: parameters.threshold))
      return try sharer.join(
        shares.map { ($0.number, $0.secret) }, length: Share.secretLength)
    } catch {
      throw .cryptoUnavailable
    }
  }
}
