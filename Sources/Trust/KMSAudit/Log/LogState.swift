import KMSDomain
import KMSSystem

/// What the lock of a log guards.
struct LogState {
  /// The open segment.
  var file: any LogFile
  /// The index of its first record.
  var segment: UInt64
  /// Its size up to the last record that was written whole.
  var position: Int64
  var frontier: MerkleFrontier
  /// How many records survive a power cut.
  var durable: UInt64
  /// Records below this are under the last signed checkpoint.
  var checkpointed: UInt64
  /// A signed checkpoint that hasn't been published yet.
  var unpublished: [UInt8]?
  /// Ids of records that came through the outbox since the last checkpoint, with their indices.
  var recent: [Bits128: UInt64]
  /// The files are in a state that nobody knows: nothing is written any more.
  var isPoisoned = false
  /// The last attempt to write failed: nobody knows yet whether the next one would.
  var lastWriteFailed = false
  var isFlushScheduled = false
  var isRollRequested = false

  init(_ recovered: Recovery.Result, file: any LogFile) {
    self.file = file
    segment = recovered.segment
    position = recovered.position
    frontier = recovered.frontier
    durable = recovered.frontier.size
    checkpointed = recovered.checkpoint?.checkpoint.size ?? 0
    unpublished = recovered.isPublished ? nil : recovered.checkpoint?.note
    recent = recovered.recent
  }

  /// Writes the batch and takes its leaves into the tree: both, or neither.
  /// - Returns: a cause to report when the write failed.
  mutating func append(_ batch: EncodedBatch) -> String? {
    guard !isPoisoned else { return "the audit log stopped after an earlier fault; restart the server" }
    do throws(SystemError) {
      try file.append([batch.bytes])
    } catch {
      return withdraw(after: error)
    }
    lastWriteFailed = false
    position += Int64(batch.bytes.count)
    for leaf in batch.leaves { frontier.append(leaf) }
    return nil
  }

  /// Takes back what a failed write may have left.
  private mutating func withdraw(after error: SystemError) -> String {
    lastWriteFailed = true
    do throws(SystemError) {
      try file.truncate(to: position)
      return "the audit log: \(error)"
    } catch let second {
      isPoisoned = true
      return "the audit log stops: \(error), and then \(second)"
    }
  }

  var frontierState: FrontierState { FrontierState(frontier: frontier, segment: segment, position: position) }
}
