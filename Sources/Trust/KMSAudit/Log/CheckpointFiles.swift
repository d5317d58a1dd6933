import KMSSystem
import Synchronization

/// Keeps checkpoints: appends each to the file of all, and replaces the latest and the frontier. Called in
/// turn.
final class CheckpointFiles: Sendable {
  private let folder: LogFolder
  private let file: AppendFile
  /// Behind the last whole note.
  private let goodEnd: Mutex<Int64>

  init(_ folder: LogFolder, goodEnd: Int64) throws(SystemError) {
    self.folder = folder
    self.goodEnd = Mutex(goodEnd)
    file = try AppendFile(folder.checkpoints)
  }

  /// When this returns, the note survives a power cut. The order matters: the cache must never be ahead of
  /// the notes.
  func keep(_ note: [UInt8], _ state: FrontierState) throws(SystemError) {
    try goodEnd.withLock { (end) throws(SystemError) in
      // What a crash or an earlier failure left behind the last whole note.
      if try file.size() > end { try file.truncate(to: end) }
      try file.append([note])
      try file.flush()
      end += Int64(note.count)
    }
    try PrivateFile.write(note, to: folder.latestCheckpoint)
    try PrivateFile.write(state.text, to: folder.frontier)
  }
}

/// The end of the file of checkpoints.
enum LastCheckpoint {
  case none
  /// The last whole note, and the offset behind it.
  case note(SignedCheckpoint, end: Int64)
  /// Something else than a note, or than the beginning of one that a crash cut off.
  case damaged

  static func read(_ folder: LogFolder) throws(SystemError) -> LastCheckpoint {
    let file: ReadFile
    do throws(SystemError) {
      file = try ReadFile(folder.checkpoints)
    } catch {
      if error.isAbsence { return .none }
      throw error
    }
    let size = try file.size()
    let start = max(0, size - 2 * Int64(SignedCheckpoint.byteLimit))
    return find(in: try file.read(at: start, count: Int(size - start)), at: start)
  }

  /// A torn note has fewer lines than a whole one: so many may stand behind the last whole one.
  private static func find(in bytes: [UInt8], at start: Int64) -> LastCheckpoint {
    let count = SignedCheckpoint.lineCount
    let feeds = bytes.indices.filter { bytes[$0] == 0x0a }
    for torn in 0..<count where feeds.count >= torn + count {
      let last = feeds.count - 1 - torn
      let first = last >= count ? feeds[last - count] + 1 : 0
      if let note = SignedCheckpoint(Array(bytes[first...feeds[last]])) {
        return .note(note, end: start + Int64(feeds[last]) + 1)
      }
    }
    return feeds.count < count && start == 0 ? .none : .damaged
  }
}
