import AdminAPI
import Foundation
import KMSBytes
import KMSServer
import NIOCore
import NIOHTTP1
import NIOPosix

/// Speaks the admin API over the socket in a data directory: one request, one connection.
struct AdminClient {
  private let directory: DataDirectory

  /// For one whole exchange.
  private static let patience = TimeAmount.seconds(60)

  init(_ directory: DataDirectory) { self.directory = directory }

  func get(_ path: String) async throws -> [UInt8] { try await exchange(.GET, path, body: nil) }

  func post(_ path: String, _ body: some Encodable) async throws -> [UInt8] {
    try await exchange(.POST, path, body: ByteBuffer(bytes: try JSONEncoder().encode(body)))
  }

  func post(_ path: String, _ body: WipedBytes) async throws -> [UInt8] {
    try await exchange(.POST, path, body: body.withArray { ByteBuffer(bytes: $0) })
  }

  static func decode<Answer: Decodable>(_ bytes: [UInt8]) throws -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(bytes))
    } catch {
      throw Problem(
        "the server's answer is of another version", remedy: "use the claviger command of the running server")
    }
  }

  private func exchange(_ method: HTTPMethod, _ path: String, body: ByteBuffer?) async throws -> [UInt8] {
    guard directory.adminSocket.utf8.count <= DataDirectory.longestSocketPath else {
      throw Problem("the path of the data directory is too long", remedy: "name it by a shorter path")
    }
    let answer: AdminAnswer
    do {
      answer = try await AdminAnswer.exchange(
        socket: directory.adminSocket, request(method, path, body), patience: AdminClient.patience)
    } catch let error as IOError where [ENOENT, ECONNREFUSED].contains(error.errnoCode) {
      throw Problem(
        "no server is running on \(directory.path)",
        remedy: "start one with claviger serve, or name another --data-dir")
    } catch let error as IOError where error.errnoCode == EACCES {
      throw Problem(
        "\(directory.adminSocket) is not for this user",
        remedy: "run the command as the user that runs the server")
    }
    guard answer.status == 200 else { throw AdminClient.problem(answer) }
    return answer.body
  }

  private func request(
    _ method: HTTPMethod, _ path: String, _ body: ByteBuffer?
  ) -> [HTTPClientRequestPart] {
    var headers = HTTPHeaders([
      ("host", "localhost"), ("connection", "close"), ("user-agent", "claviger/\(Version.text)"),
    ])
    if let body {
      headers.add(name: "content-type", value: "application/json")
      headers.add(name: "content-length", value: String(body.readableBytes))
    }
    var parts = [
      HTTPClientRequestPart.head(
        HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers))
    ]
    if let body { parts.append(.body(.byteBuffer(body))) }
    return parts + [.end(nil)]
  }

  private static func problem(_ answer: AdminAnswer) -> Problem {
    guard let fault: AdminFault = try? decode(answer.body) else {
      return Problem("the server answered \(answer.status)", remedy: "see its log")
    }
    return Problem("the server refused (\(fault.code))", remedy: fault.message)
  }
}

/// A status and a body.
private struct AdminAnswer {
  var status: UInt = 0
  var body: [UInt8] = []

  static func exchange(
    socket: String, _ request: [HTTPClientRequestPart], patience: TimeAmount
  ) async throws -> AdminAnswer {
    let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(patience)
      .connect(unixDomainSocketPath: socket) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
            wrappingChannelSynchronously: channel)
        }
      }
    let channel = connection.channel
    let limit = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    defer { limit.cancel() }
    return try await connection.executeThenClose { inbound, outbound in
      try await outbound.write(contentsOf: request)
      var answer = AdminAnswer()
      for try await part in inbound {
        switch part {
        case .head(let head): answer.status = head.status.code
        case .body(let bytes):
          guard answer.body.count + bytes.readableBytes <= AdminAPI.longestBody else { throw overlong }
          answer.body.append(contentsOf: bytes.readableBytesView)
        case .end: return answer
        }
      }
      throw Problem(
        "the server closed the connection without an answer", remedy: "see its log, and try again")
    }
  }

  private static let overlong = Problem("the server's answer is too long", remedy: "see its log")
}
