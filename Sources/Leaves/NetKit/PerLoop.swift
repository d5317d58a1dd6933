import NIOCore
import Synchronization

/// One value for each event loop, made when it is first asked for. It never leaves its loop.
final class PerLoop<Value>: Sendable {
  private let make: @Sendable (any EventLoop) -> Value
  private let values = Mutex<[ObjectIdentifier: NIOLoopBound<Value>]>([:])

  init(_ make: @escaping @Sendable (any EventLoop) -> Value) { self.make = make }

  /// Call on the loop.
  func value(on loop: any EventLoop) -> Value {
    let bound = values.withLock { values in
      let name = ObjectIdentifier(loop)
      if let bound = values[name] { return bound }
      let bound = NIOLoopBound(make(loop), eventLoop: loop)
      values[name] = bound
      return bound
    }
    return bound.value
  }
}
