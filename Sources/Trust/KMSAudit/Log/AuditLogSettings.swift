package import KMSSystem

/// How a log is kept.
package struct AuditLogSettings: Sendable {
  package static let defaultFlushInterval = Duration.seconds(1)
  package static let defaultSegmentBytes: Int64 = 64 << 20

  /// The log's own folder; made with mode 0700 when it isn't there.
  package let folder: String
  /// Who the log is, in checkpoints and as the name of the key: "claviger/" and the store's id. No white
  /// space, no "+".
  package let origin: String
  /// Answers wait until their record survives a power cut.
  package let isStrict: Bool
  /// The longest time, after a write, that a power cut may take records back; without meaning in strict mode.
  package let flushInterval: Duration
  /// A segment that has grown to this many bytes is closed soon after.
  package let segmentBytes: Int64
  /// Opens a segment for appending, creating it with mode 0600.
  package let openFile: @Sendable (String) throws(SystemError) -> any LogFile

  package init(
    folder: String, origin: String, isStrict: Bool = false, flushInterval: Duration = defaultFlushInterval,
    segmentBytes: Int64 = defaultSegmentBytes,
    openFile: @escaping @Sendable (String) throws(SystemError) -> any LogFile = AuditLogSettings
      .openAppendFile
  ) {
    self.folder = folder
    self.origin = origin
    self.isStrict = isStrict
    self.flushInterval = flushInterval
    self.segmentBytes = segmentBytes
    self.openFile = openFile
  }

  @Sendable package static func openAppendFile(_ path: String) throws(SystemError) -> any LogFile {
    try AppendFile(path)
  }
}

/// Why a log can't be opened, in one sentence that says what to do.
package struct AuditOpenError: Error, Equatable, CustomStringConvertible, Sendable {
  package let description: String

  init(_ description: String) { self.description = description }

  init(_ error: SystemError) { self.init("the audit log: \(error)") }

  /// The files contradict what was signed, or themselves.
  static func damaged(_ what: String) -> AuditOpenError {
    AuditOpenError("the audit log is damaged: \(what); run `claviger audit verify` before anything else")
  }
}
