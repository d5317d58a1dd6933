import Dispatch
import KMSDomain

/// Two threads for slow work.
package struct TestWorkers: Workers {
  package let count: Int
  package init(count: Int = 2) { self.count = count }
  package func run(_ work: @escaping @Sendable () -> Void) { DispatchQueue.global().async(execute: work) }
}
