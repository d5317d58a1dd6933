import KMSBytes
import KMSEngine

/// Where a request is going, by its head alone.
enum Route {
  case operation(any AWSHandler)
  /// Of IAM or STS.
  case query(any QueryHandler)
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
    guard let action = FormBody(received.body).value("Action") else { return .malformed }
    return QueryCatalogue.all[action].map { .query($0) } ?? .unknown(action)
  }

  /// Which service the signature must be for.
  var service: String {
    switch self {
    case .query(let handler): handler.service.rawValue
    case .operation, .unknown, .malformed: "kms"
    }
  }

  /// Whose words an error is told in, for a request of the Query protocol.
  var queryService: QueryService {
    switch self {
    case .query(let handler): handler.service
    case .operation, .unknown, .malformed: .sts
    }
  }

  /// Requests for nothing that exists are refused before anybody asks who sent them.
  var mayBeSigned: Bool {
    switch self {
    case .operation, .query: true
    case .unknown, .malformed: false
    }
  }

  /// For the audit record; names from outside are kept short.
  var name: String {
    switch self {
    case .operation(let handler): handler.name
    case .query(let handler): handler.name
    case .unknown(let name): name.truncated(toBytes: 64)
    case .malformed: ""
    }
  }
}
