import Dispatch
import KMSDomain
import KMSEngine
import KMSSystem

/// A fixed number of threads for slow work, below the connections' own in priority.
final class WorkerThreads: Workers {
  let count: Int
  private let queue = DispatchQueue(label: "claviger.slow-work", qos: .utility, attributes: .concurrent)

  init(count: Int) { self.count = count }

  /// The slow lane lets no more in than `count`, so that the queue never makes more threads than that.
  func run(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }
}

extension Configuration.SlowWork {
  /// The lane with threads of its own.
  func lane(_ audit: any AuditLog) -> SlowLane {
    SlowLane(
      WorkerThreads(count: threads > 0 ? threads : ThisProcess.usableProcessors), audit,
      limits: SlowLane.Limits(line: queue, deadline: deadline))
  }
}
