import Synchronization

/// Work on objects that are on the token.
extension Token {
  /// Runs `body` with the object's handle.
  /// - Throws: `missingKey` when there is no such object.
  func use<Result: Sendable>(
    _ object: ObjectID, _ body: @escaping @Sendable (Session, UInt) throws(ReturnCode) -> Result
  ) throws(HSMFault) -> Result {
    try run { (session) throws(HSMFault) in
      let key = try HSMFault.calling { () throws(ReturnCode) in try session.object(object) }
      guard let key else { throw .missingKey(object.name) }
      return try HSMFault.calling { () throws(ReturnCode) in try body(session, key) }
    }
  }

  /// Whether `body` is possible with the object, in a session that ends with it.
  func tryOut(
    _ object: ObjectID, _ body: @escaping @Sendable (Session, UInt) throws(ReturnCode) -> Void
  ) throws(HSMFault) -> Bool {
    do throws(HSMFault) {
      return try use(object) { (session, key) throws(ReturnCode) -> Bool in
        try body(session, key)
        throw .operationCanBegin
      }
    } catch .failed(.operationCanBegin) {
      return true
    } catch .failed(let code) where code.refusesParameters {
      return false
    }
  }

  /// Makes an object whose identifier nothing else has or had. What a failed attempt left is destroyed before the next one.
  func make<Result: Sendable>(
    _ object: ObjectID, _ body: @escaping @Sendable (Session) throws(ReturnCode) -> Result
  ) throws(HSMFault) -> Result {
    try making.withLock { (_: inout Void) throws(HSMFault) -> Result in
      try run { (session) throws(HSMFault) in
        try HSMFault.calling { () throws(ReturnCode) in
          try session.clear(object)
          return try body(session)
        }
      }
    }
  }

  /// Destroys the object and, of a key pair, both halves. Those that aren't there are no fault.
  func destroy(_ object: ObjectID) throws(HSMFault) {
    try run { (session) throws(HSMFault) in
      try HSMFault.calling { () throws(ReturnCode) in try session.clear(object) }
    }
  }
}

extension ReturnCode {
  /// No module's: it makes the worker let go of a session in which something was begun.
  fileprivate static let operationCanBegin = ReturnCode(.max)

  /// Whether it says that the token can't do this at all.
  fileprivate var refusesParameters: Bool {
    self == .argumentsBad || self == .mechanismInvalid || self == .mechanismParamInvalid
  }
}

extension Session {
  fileprivate func clear(_ object: ObjectID) throws(ReturnCode) {
    for kind in object.kind.together {
      let part = ObjectID(kind: kind, id: object.id)
      forget(part)
      for handle in try objects(part) { try destroy(handle) }
    }
  }
}

extension ObjectID.Class {
  fileprivate var together: [ObjectID.Class] {
    switch self {
    case .secret: [.secret]
    case .publicHalf, .privateHalf: [.privateHalf, .publicHalf]
    }
  }
}

extension ObjectID {
  /// For operators, as tools for tokens print it.
  var name: String {
    let digits = Array("0123456789abcdef")
    return String(id.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
