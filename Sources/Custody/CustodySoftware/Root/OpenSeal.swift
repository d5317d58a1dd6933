import KMSBytes
package import KMSDomain
import KMSSecrets

/// A seal file that was opened: the roots that follow from it and the store secret. From it the next file is made when a root
/// or the recovery is to be replaced.
package struct OpenSeal: Sendable {
  package let file: SealFile
  /// The one that the seal gave.
  package let root: any Root
  /// The one that it replaces, or that replaces it, as far as it could be had.
  package let other: (any Root)?
  /// What recovery shares open; without them it only seals.
  package let recovery: RecoveryRoot?
  let storeSecret: Secret
  package var store: Bits128 { file.store }

  fileprivate init(
    _ file: SealFile, root: any Root, other: (any Root)?, recovery: RecoveryRoot?, storeSecret: Secret
  ) {
    self.file = file
    self.root = root
    self.other = other
    self.recovery = recovery
    self.storeSecret = storeSecret
  }

  /// Opens a file by the newest root that this seal gives.
  /// - Throws: `SealError`; `malformed` also for a file that was changed by somebody without the store secret.
  package init(_ file: SealFile, by seal: any Seal, for store: Bits128) throws(SealError) {
    guard file.store == store else { throw .otherStore }
    try SealError.requireCrypto()
    let candidates = file.entries.filter { $0.holder.kind == seal.kind }
    var failure = SealError.otherKind(sealed: file.keepers.map(\.holder.kind), given: seal.kind)
    for (index, entry) in candidates.enumerated() {
      do throws(SealError) {
        try self.init(file, entry, seal)
        return
      } catch {
        // What the newest says is what counts, unless an older one opens.
        if index == 0 { failure = error }
        switch error {
        case .doesNotOpen, .needsPeople: continue
        case .malformed, .otherKind, .otherStore, .rejected, .malformedKeyFile, .emptyPassphrase, .unreadable,
          .unreachable, .refused, .unfinished, .cryptoUnavailable:
          throw failure
        }
      }
    }
    throw failure
  }

  private init(_ file: SealFile, _ entry: SealFile.Entry, _ seal: any Seal) throws(SealError) {
    let root = try seal.unseal(entry.holder, for: file.store)
    let secret = try OpenSeal.storeSecret(entry, root, file.store)
    guard try file.isGenuine(secret) else { throw .malformed }
    let other = try OpenSeal.heritage(of: file, under: root, entry)
    var recovery = root as? RecoveryRoot
    if recovery == nil { recovery = try OpenSeal.recovery(of: file) }
    self.init(file, root: root, other: other, recovery: recovery, storeSecret: secret)
  }

  private static func storeSecret(
    _ entry: SealFile.Entry, _ root: any Root, _ store: Bits128
  ) throws(SealError) -> Secret {
    if entry.holder.form == .first, let root = root as? SoftwareRoot { return root.secret }
    do throws(SealError) {
      let secret = try root.open(entry.storeSecret, aad: binding(ofSecretUnder: entry.holder.root, store))
      guard secret.count == StoreKeys.secretLength else { throw .malformed }
      return Secret(secret)
    } catch .rejected {
      throw .doesNotOpen(entry.holder.kind)
    }
  }

  /// The other root, where this one has it.
  private static func heritage(
    of file: SealFile, under root: any Root, _ entry: SealFile.Entry
  ) throws(SealError) -> (any Root)? {
    guard !entry.bequest.isEmpty,
      let other = file.keepers.first(where: { $0.holder.root != entry.holder.root })
    else { return nil }
    let aad = binding(of: other.holder.root, under: entry.holder.root, file.store)
    return try SoftwareRoot(
      try root.open(entry.bequest, aad: aad), id: other.holder.root, store: file.store)
  }

  private static func recovery(of file: SealFile) throws(SealError) -> RecoveryRoot? {
    guard let entry = file.recovery else { return nil }
    return try RecoveryRoot(publicHalfOf: entry.holder)
  }

  private static func binding(ofSecretUnder root: RootID, _ store: Bits128) -> [UInt8] {
    Array("claviger/store-secret/1".utf8) + store.bytes + root.bits.bytes
  }

  private static func binding(of root: RootID, under heir: RootID, _ store: Bits128) -> [UInt8] {
    Array("claviger/root-bequest/1".utf8) + store.bytes + root.bits.bytes + heir.bits.bytes
  }
}

// MARK: - What the store knows of the file

extension OpenSeal {
  /// Whether a note is as a server of this store wrote it.
  package func vouches(for note: Authenticated<SealNote>) throws(SealError) -> Bool {
    do throws(CryptoFailure) {
      let key = try StoreKeys.records(storeSecret.bytes, store: store)
      return ConstantTime.equal(note.code, try key.code(for: note.record.canonicalBytes.span))
    } catch {
      throw .cryptoUnavailable
    }
  }
}

// MARK: - What the file is to be next

extension OpenSeal {
  /// The first seal of a store.
  /// - Parameter shared: of another store whose secret this one is to have too; nil makes one.
  package init(new: NewRoot, for store: Bits128, secretOf shared: OpenSeal? = nil) throws(SealError) {
    let secret = if let shared { shared.storeSecret } else { try OpenSeal.newSecret() }
    let entry = try OpenSeal.entry(new.holder, new.root, secret, store)
    self.init(
      try SealFile(store: store, generation: 1, entries: [entry], vouchedBy: secret), root: new.root,
      other: nil,
      recovery: nil, storeSecret: secret)
  }

  private static func newSecret() throws(SealError) -> Secret {
    do throws(CryptoFailure) {
      return Secret(try RandomBytes.secret(StoreKeys.secretLength))
    } catch {
      throw .cryptoUnavailable
    }
  }

  /// With a second root beside the present one. Each is bequeathed to the other, so that whichever of the two opens from here
  /// on, both do; the epochs are still under the present one.
  /// - Throws: `unfinished` while another change is under way: a third root would leave epochs that nothing opens.
  package func adding(_ new: NewRoot) throws(SealError) -> OpenSeal {
    guard !file.isBetweenRoots || root is RecoveryRoot else { throw .unfinished }
    var fresh = try OpenSeal.entry(new.holder, new.root, storeSecret, store)
    fresh.bequest =
      try root.bequeath(to: new.root, aad: OpenSeal.binding(of: root.id, under: new.root.id, store)) ?? []
    var entries = [fresh]
    if let present = file.keepers.first(where: { $0.holder.root == root.id }) {
      var kept = SealFile.Entry(holder: present.holder, storeSecret: present.storeSecret)
      kept.bequest =
        try new.root.bequeath(to: root, aad: OpenSeal.binding(of: new.root.id, under: root.id, store)) ?? []
      entries.append(kept)
    }
    return try next(entries, root: new.root, other: root)
  }

  /// With this root alone, and the recovery. The epochs are under it by now.
  package func settled(on chosen: any Root) throws(SealError) -> OpenSeal {
    guard let entry = file.keepers.first(where: { $0.holder.root == chosen.id }) else { throw .malformed }
    let alone = SealFile.Entry(holder: entry.holder, storeSecret: entry.storeSecret)
    return try next([alone], root: chosen, other: nil)
  }

  /// With this recovery in place of the one that there was.
  package func with(recovery new: NewRoot) throws(SealError) -> OpenSeal {
    guard let made = new.root as? RecoveryRoot, !file.isFirstFormat else { throw .malformed }
    let entry = try OpenSeal.entry(new.holder, made, storeSecret, store)
    return OpenSeal(
      try next(file.keepers + [entry], after: file.generation), root: root, other: other,
      recovery: try made.publicHalf(), storeSecret: storeSecret)
  }

  /// With the same in it, in a later generation than the last that the store knows.
  package func again(after last: UInt64) throws(SealError) -> OpenSeal {
    OpenSeal(
      try next(file.entries, after: max(last, file.generation)), root: root, other: other, recovery: recovery,
      storeSecret: storeSecret)
  }

  private func next(_ entries: [SealFile.Entry], after last: UInt64) throws(SealError) -> SealFile {
    let (generation, isBeyond) = last.addingReportingOverflow(1)
    guard !isBeyond else { throw .malformed }
    return try SealFile(store: store, generation: generation, entries: entries, vouchedBy: storeSecret)
  }

  private func next(
    _ keepers: [SealFile.Entry], root: any Root, other: (any Root)?
  ) throws(SealError) -> OpenSeal {
    let entries = keepers + [file.recovery].compactMap { $0 }
    return OpenSeal(
      try next(entries, after: file.generation), root: root, other: other, recovery: recovery,
      storeSecret: storeSecret)
  }

  private static func entry(
    _ holder: SealHolder, _ root: any Root, _ secret: Secret, _ store: Bits128
  ) throws(SealError) -> SealFile.Entry {
    SealFile.Entry(
      holder: holder,
      storeSecret: try root.seal(secret.bytes, aad: binding(ofSecretUnder: root.id, store)))
  }
}
