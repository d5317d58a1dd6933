import AdminAPI

extension AdminClient {
  func call<Body, Answer>(_ endpoint: AdminEndpoint<Body, Answer>, _ body: Body) async throws -> Answer {
    try AdminClient.decode(try await post(endpoint.path, body))
  }
}
