import KMSBytes
import KMSEngine

/// Where a request is going, by its head alone.
enum Route {
  case operation(any AWSHandler)
  /// `sts:GetCallerIdentity`.
  case callerIdentity
  /// Not in the service model.
  case unknown(String)
  case malformed

  init(_ received: ReceivedRequest) {
    if received.isQuery {
      self = Route.query(received)
      return
    }
    let target = received.target ?? ""
    self = Catalogue.all[target].map { .operation($0) } ?? .unknown(target)
  }

  private static func query(_ received: ReceivedRequest) -> Route {
    switch FormBody(received.body).value("Action") {
    case "GetCallerIdentity": .callerIdentity
    case .some(let action): .unknown(action)
    case nil: .malformed
    }
  }

  /// Which service the signature must be for.
  var service: String {
    switch self {
    case .callerIdentity: "sts"
    case .operation, .unknown, .malformed: "kms"
    }
  }

  /// Requests for nothing that exists are refused before anybody asks who sent them.
  var mayBeSigned: Bool {
    switch self {
    case .operation, .callerIdentity: true
    case .unknown, .malformed: false
    }
  }

  /// For the audit record; names from outside are kept short.
  var name: String {
    switch self {
    case .operation(let handler): handler.name
    case .callerIdentity: "GetCallerIdentity"
    case .unknown(let name): name.truncated(toBytes: 64)
    case .malformed: ""
    }
  }
}
