package import KMSDomain
import KMSSystem
import Synchronization

extension MerkleAuditLog {
  /// Opens the log in its folder, or begins one.
  ///
  /// Only what came after the last checkpoint is read, if the kept frontier agrees with it. A torn last line
  /// is cut, and a record says so ("audit.recover"); it was never acknowledged. Any other damage is an error
  /// and nothing is changed. The caller holds the lock of the data directory, and drains the outbox before it
  /// serves anybody.
  /// - Parameter expectedCheckpoint: the store's copy of the last checkpoint.
  package static func open(
    _ settings: AuditLogSettings, signer: any Signer, clock: any TimeSource, randomness: any Randomness,
    faults: any FaultLog, expectedCheckpoint: [UInt8]?
  ) throws(AuditOpenError) -> MerkleAuditLog {
    guard let key = VerifierKey(name: settings.origin, publicKey: signer.publicKey) else {
      throw AuditOpenError("\"\(settings.origin)\" can't be the name of an audit log")
    }
    let folder = LogFolder(path: settings.folder)
    do throws(SystemError) {
      try Directory.makePrivate(settings.folder)
    } catch {
      throw AuditOpenError(error)
    }
    let recovered = try Recovery.run(folder, key: key, expected: expectedCheckpoint)
    let log: MerkleAuditLog
    do throws(SystemError) {
      log = try prepare(settings, folder, recovered, signer: signer, key: key, faults: faults)
    } catch {
      throw AuditOpenError(error)
    }
    if recovered.tornBytes > 0 {
      try log.record(recovered, clock: clock, randomness: randomness)
    }
    return log
  }

  private static func prepare(
    _ settings: AuditLogSettings, _ folder: LogFolder, _ recovered: Recovery.Result, signer: any Signer,
    key: VerifierKey, faults: any FaultLog
  ) throws(SystemError) -> MerkleAuditLog {
    let keyText = Array((key.text + "\n").utf8)
    if try LogFolder.contents(folder.verifierKey, limit: 4096) != keyText {
      try PrivateFile.write(keyText, to: folder.verifierKey)
    }
    let file = try settings.openFile(folder.segment(recovered.segment))
    if recovered.tornBytes > 0 { try file.truncate(to: recovered.position) }
    try file.flush()
    let files = try CheckpointFiles(folder, goodEnd: recovered.checkpointsEnd)
    try Directory.sync(settings.folder)
    return MerkleAuditLog(
      settings, signer: signer, key: key, faults: faults, files: files,
      state: LogState(recovered, file: file))
  }

  private func record(
    _ recovered: Recovery.Result, clock: any TimeSource, randomness: any Randomness
  ) throws(AuditOpenError) {
    let origin = RequestOrigin(
      id: RequestID(randomness.bits128()), door: "server", source: "", isEncrypted: false, userAgent: "")
    let record = AuditRecord(
      id: randomness.bits128(), time: clock.now(), origin: origin, who: nil, operation: "audit.recover",
      demands: [], outcome: .success, encryptionContext: nil,
      details: [
        .init(name: "segment", value: LogFolder.segmentName(recovered.segment)),
        .init(name: "position", value: String(recovered.position)),
        .init(name: "bytesCut", value: String(recovered.tornBytes)),
      ])
    do throws(KMSError) {
      try appendNow([record])
    } catch {
      throw AuditOpenError("the audit log can't be written")
    }
  }
}
