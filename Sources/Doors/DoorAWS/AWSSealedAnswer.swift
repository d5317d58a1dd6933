package import KMSDomain
package import NetKit

/// What a sealed server says to clients of AWS: an error that their libraries take for a reason to try again later.
package enum AWSSealedAnswer {
  package static func make(_ id: RequestID) -> WireResponse {
    AWSResponse.failure(
      AWSError(
        "DependencyTimeoutException", "The server is sealed: its operator has to open it.", status: 503),
      id)
  }
}
