import KMSDomain
import NetKit

/// Answers of the Query protocol (XML), in the namespace of STS 2011-06-15.
enum STSResponse {
  private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

  static func callerIdentity(_ caller: Caller, _ account: AccountID, _ id: RequestID) -> WireResponse {
    let text = """
      <GetCallerIdentityResponse xmlns="\(namespace)"><GetCallerIdentityResult>\
      <Arn>\(escape(caller.principal))</Arn><UserId>\(escape(caller.principalID))</UserId>\
      <Account>\(account.text)</Account></GetCallerIdentityResult>\
      <ResponseMetadata><RequestId>\(id.text)</RequestId></ResponseMetadata></GetCallerIdentityResponse>
      """
    return AWSResponse.xml(200, Array(text.utf8), id)
  }

  /// The Query protocol has words of its own for what is wrong with a signature, and a status of its own.
  static func failure(_ error: AWSError, _ id: RequestID) -> WireResponse {
    let query = error.inQueryProtocol
    let text = """
      <ErrorResponse xmlns="\(namespace)"><Error><Type>\(query.status < 500 ? "Sender" : "Receiver")</Type>\
      <Code>\(escape(query.type))</Code><Message>\(escape(query.message ?? ""))</Message></Error>\
      <RequestId>\(id.text)</RequestId></ErrorResponse>
      """
    return AWSResponse.xml(query.status, Array(text.utf8), id)
  }

  /// What XML 1.0 has no way to write (section 2.2) becomes a replacement character.
  private static func escape(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
        result += "\u{fffd}"
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
