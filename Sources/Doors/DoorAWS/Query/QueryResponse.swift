import KMSDomain
import NetKit

/// The services that speak the Query protocol: a form in, XML out.
enum QueryService: String, Sendable {
  case iam
  case sts

  /// All operations of the service share a quota.
  var family: RequestFamily {
    switch self {
    case .iam: .identities
    case .sts: .tokens
    }
  }

  var namespace: String {
    switch self {
    case .iam: "https://iam.amazonaws.com/doc/2010-05-08/"
    case .sts: "https://sts.amazonaws.com/doc/2011-06-15/"
    }
  }
}

/// Answers of the Query protocol.
enum QueryResponse {
  /// - Parameter result: the content of the result element; nil for operations that answer nothing.
  static func success(
    _ operation: String, _ result: XMLWriter?, _ service: QueryService, _ id: RequestID
  ) -> WireResponse {
    var xml = XMLWriter()
    xml.element(operation + "Response", namespace: service.namespace) { xml in
      if let result { xml.element(operation + "Result") { $0.append(result) } }
      xml.element("ResponseMetadata") { $0.text("RequestId", id.text) }
    }
    return AWSResponse.xml(200, xml.bytes, id)
  }

  /// The Query protocol has words of its own for what is wrong with a signature, and a status of its own.
  static func failure(_ error: AWSError, _ service: QueryService, _ id: RequestID) -> WireResponse {
    let query = error.inQueryProtocol
    var xml = XMLWriter()
    xml.element("ErrorResponse", namespace: service.namespace) { xml in
      xml.element("Error") { xml in
        xml.text("Type", query.status < 500 ? "Sender" : "Receiver")
        xml.text("Code", query.type)
        xml.text("Message", query.message ?? "")
      }
      xml.text("RequestId", id.text)
    }
    return AWSResponse.xml(query.status, xml.bytes, id)
  }
}
