import KMSSystem

/// Makes the certificate of a key's destruction from the files of a log. It reads the log twice, in bounded memory; a server
/// may be running.
package struct CertificateMaker: Sendable {
  package enum Obstacle: Error, Equatable, Sendable {
    /// No record of its destruction.
    case notDestroyed
    /// Its material is on a device still.
    case notRemoved
    /// No erasure that was begun after it has finished.
    case notErased
    /// No signed checkpoint covers the records yet.
    case notSigned
    /// The log isn't what the checkpoint signed.
    case damaged
  }

  private let folder: LogFolder
  private let key: VerifierKey?

  /// - Parameter key: what the checkpoint must be signed by; nil takes the one that lies in the folder.
  package init(folder: String, key: VerifierKey? = nil) {
    self.folder = LogFolder(path: folder)
    self.key = key
  }

  /// - Parameter key: internal id, what policies call it, or the last part of that.
  /// - Throws: `Obstacle`, `SystemError`.
  package func certificate(of key: String) throws -> DestructionCertificate {
    let note = try signedCheckpoint()
    var search = Search(for: key)
    try forEachLine(below: note.checkpoint.size) { line, index in search.take(line, at: index) }
    guard let destroyed = search.destroyed else { throw Obstacle.notDestroyed }
    guard !search.isOnDevice else { throw Obstacle.notRemoved }
    guard let begun = search.begun, let finished = search.finished else { throw Obstacle.notErased }
    var found: [(DestructionCertificate.Role, Place)] = [(.destroyed, destroyed.place)]
    if let removed = search.removed { found.append((.removed, removed)) }
    found += [(.erasureBegun, begun.place), (.erasureFinished, finished)]
    let entries = try prove(found, in: note.checkpoint)
    return DestructionCertificate(
      key: destroyed.what.key, name: destroyed.what.name, entries: entries, checkpoint: note.note)
  }

  private func signedCheckpoint() throws -> SignedCheckpoint {
    guard let bytes = try LogFolder.contents(folder.latestCheckpoint, limit: SignedCheckpoint.byteLimit)
    else {
      throw Obstacle.notSigned
    }
    let text = try LogFolder.contents(folder.verifierKey, limit: 4096)
    let own = text.flatMap { String(validating: $0, as: UTF8.self) }.flatMap { VerifierKey(text: $0) }
    guard let note = SignedCheckpoint(bytes), let key = key ?? own, note.isSigned(by: key) else {
      throw Obstacle.damaged
    }
    return note
  }

  private func prove(
    _ wanted: [(DestructionCertificate.Role, Place)], in checkpoint: Checkpoint
  ) throws -> [DestructionCertificate.Entry] {
    var collectors: [ProofCollector] = []
    for (_, place) in wanted {
      guard let collector = ProofCollector(of: place.index, in: checkpoint.size) else {
        throw Obstacle.damaged
      }
      collectors.append(collector)
    }
    try forEachLine(below: checkpoint.size) { line, index in
      let leaf = MerkleHash.leaf(line)
      for collector in collectors.indices { collectors[collector].take(leaf, at: index) }
    }
    var entries: [DestructionCertificate.Entry] = []
    for ((role, place), collector) in zip(wanted, collectors) {
      let proof = collector.proof
      guard proof.root(of: .leaf(place.line), in: checkpoint.size) == checkpoint.root else {
        throw Obstacle.damaged
      }
      entries.append(DestructionCertificate.Entry(role: role, line: place.line, proof: proof))
    }
    return entries
  }

  private func forEachLine(
    below size: UInt64, _ body: (_ line: [UInt8], _ index: UInt64) -> Void
  ) throws {
    var index: UInt64 = 0
    for first in try folder.segments() {
      let file = try ReadFile(folder.segment(first))
      var reader = LineReader(file, to: try file.size())
      while index < size, case .whole(let line)? = try reader.next() {
        body(line, index)
        index += 1
      }
    }
    guard index == size else { throw Obstacle.damaged }
  }
}

/// A line and where it stands.
private struct Place {
  let line: [UInt8]
  let index: UInt64
}

/// Looks for a key's destruction, its removal from a device if it was on one, and the first finished erasure that was begun after
/// both.
private struct Search {
  private let key: String
  private(set) var destroyed: (what: DestructionRecord.Destroyed, place: Place)?
  private(set) var removed: Place?
  /// It was when it was destroyed, and nothing says yet that it was removed.
  private(set) var isOnDevice = false
  private(set) var begun: (erasure: String, place: Place)?
  private(set) var finished: Place?
  private let mayMatter: [[UInt8]]

  init(for key: String) {
    self.key = key
    mayMatter = ["destroyedKeys", "removedKeys", "BeginErasure", "FinishErasure"].map { Array($0.utf8) }
  }

  mutating func take(_ line: [UInt8], at index: UInt64) {
    guard mayMatter.contains(where: { line.contains($0) }), let record = DestructionRecord(line) else {
      return
    }
    let place = Place(line: line, index: index)
    // What is destroyed, comes back by an import and is destroyed again is gone since the last time.
    if let what = record.destroyed.first(where: isMeant) {
      destroyed = (what, place)
      isOnDevice = record.onDevice.contains(what)
      removed = nil
      begun = nil
      finished = nil
    } else if isOnDevice, let destroyed, record.removed.contains(destroyed.what) {
      isOnDevice = false
      removed = place
      begun = nil
      finished = nil
    } else if destroyed != nil, finished == nil, record.begins {
      begun = (record.erasure, place)
    } else if let begun, finished == nil, record.finishes, record.erasure == begun.erasure {
      finished = place
    }
  }

  private func isMeant(_ candidate: DestructionRecord.Destroyed) -> Bool {
    candidate.key == key || candidate.name == key || candidate.name.hasSuffix("/" + key)
  }
}
