import KMSBytes
import KMSEngine

/// Where a request is going, by its head alone.
enum Route {
  case operation(any AWSHandler)
  /// `sts:GetCallerIdentity`.
  case callerIdentity
  /// In the service model, but not in this server.
  case unsupported(String)
  /// Not in the service model.
  case unknown(String)
  case malformed

  private static let prefix = "TrentService."

  init(_ received: ReceivedRequest) {
    if received.isQuery {
      self = Route.query(received)
      return
    }
    guard let target = received.target, target.hasPrefix(Route.prefix) else {
      self = .unknown(received.target ?? "")
      return
    }
    if let handler = Catalogue.all[target] {
      self = .operation(handler)
    } else {
      let name = String(target.dropFirst(Route.prefix.count))
      self = Catalogue.unsupported.contains(name) ? .unsupported(name) : .unknown(target)
    }
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
    case .operation, .unsupported, .unknown, .malformed: "kms"
    }
  }

  /// Requests for nothing that exists are refused before anybody asks who sent them.
  var mayBeSigned: Bool {
    switch self {
    case .operation, .callerIdentity, .unsupported: true
    case .unknown, .malformed: false
    }
  }

  /// For the audit record; names from outside are kept short.
  var name: String {
    switch self {
    case .operation(let handler): handler.name
    case .callerIdentity: "GetCallerIdentity"
    case .unsupported(let name): name
    case .unknown(let name): name.truncated(toBytes: 64)
    case .malformed: ""
    }
  }

  var refusal: AWSError {
    switch self {
    case .unsupported(let name): .unsupported(name)
    case .operation, .callerIdentity, .unknown, .malformed: .unknownOperation
    }
  }
}
