package import KMSSystem

/// Verifies a log from its files alone: no server, no secret, nothing written. The server may be running:
/// what it appends meanwhile is left out.
///
/// Every line is hashed into the tree, and at the size of every checkpoint the root is compared with the
/// signed one. An edit is therefore placed between two consecutive checkpoints, and no closer: a root says
/// nothing of single records. Memory is bounded: one line, one checkpoint, the frontier.
package struct AuditVerifier: Sendable {
  /// A checkpoint that was kept where the log's keeper can't change it.
  package struct Anchor: Sendable {
    /// What the report calls it: "the anchor FILE", "the store's copy".
    package let name: String
    package let note: [UInt8]

    package init(name: String, note: [UInt8]) {
      self.name = name
      self.note = note
    }
  }

  let folder: LogFolder
  let key: VerifierKey?
  let anchors: [Anchor]

  /// - Parameter folder: the log's own folder, or a copy of it.
  /// - Parameter key: nil takes the one that lies in the folder.
  package init(folder: String, key: VerifierKey? = nil, anchors: [Anchor] = []) {
    self.folder = LogFolder(path: folder)
    self.key = key
    self.anchors = anchors
  }

  /// - Throws: `SystemError` when the files can't be read; then nothing is known.
  package func verify() throws(SystemError) -> AuditReport {
    var run = VerificationRun(self)
    try run.readKey()
    // Checkpoints first: the records that they cover were there before them.
    try run.readSignatures()
    try run.readSegments()
    try run.finish()
    return run.report
  }
}
