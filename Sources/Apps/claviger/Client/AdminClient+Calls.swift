import AdminAPI

extension AdminClient {
  func call<Body, Answer>(_ endpoint: AdminEndpoint<Body, Answer>, _ body: Body) async throws -> Answer {
    try AdminClient.decode(try await post(endpoint.path, body))
  }

  /// All parts of a list in one.
  func whole<List: PartialList, Entry>(
    _ endpoint: AdminEndpoint<ListRequest, List>, _ entries: WritableKeyPath<List, [Entry]>,
    of account: String? = nil
  ) async throws -> List {
    var whole = try await call(endpoint, ListRequest(account: account))
    while let marker = whole.next {
      let part = try await call(endpoint, ListRequest(account: account, marker: marker))
      whole[keyPath: entries] += part[keyPath: entries]
      whole.next = part.next
    }
    return whole
  }
}
