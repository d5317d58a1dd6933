import CustodySoftware
import Foundation
import KMSDomain
import KMSSystem
import NIOCore
import NIOPosix
import NIOSSL
import SigV4
import WebClient

/// The few calls of AWS KMS that a seal makes of another service. They block, each for half a minute at most.
struct RemoteKMS: Sendable {
  /// Seconds.
  private static let patience: Int64 = 10
  private static let attempts = 3
  private static let longestAnswer = 64 << 10

  private let key: Configuration.RemoteKey
  private let variables: SecretVariables

  init(_ key: Configuration.RemoteKey, variables: SecretVariables) {
    self.key = key
    self.variables = variables
  }

  private var endpoint: String { key.endpoint ?? "https://kms.\(key.region).amazonaws.com" }

  /// - Returns: the ARN of the configured key.
  func describe() throws(SealError) -> String {
    let answer: Described = try call("DescribeKey", ["KeyId": .text(key.key)])
    return answer.KeyMetadata.Arn
  }

  func encrypt(
    _ secret: Payload, under arn: String, context: [String: String]
  ) throws(SealError) -> [UInt8] {
    let text = secret.readOnce { bytes in Data(bytes.indices.map { bytes[$0] }).base64EncodedString() }
    guard let text else { throw .cryptoUnavailable }
    let answer: Encrypted = try call(
      "Encrypt", ["KeyId": .text(arn), "Plaintext": .text(text), "EncryptionContext": .map(context)])
    return Array(answer.CiphertextBlob)
  }

  func decrypt(
    _ ciphertext: [UInt8], under arn: String, context: [String: String]
  ) throws(SealError) -> Payload {
    let answer: Decrypted = try call(
      "Decrypt",
      [
        "KeyId": .text(arn), "CiphertextBlob": .text(Data(ciphertext).base64EncodedString()),
        "EncryptionContext": .map(context),
      ])
    let bytes = [UInt8](answer.Plaintext)
    return Payload(copying: bytes.span)
  }

  private struct Described: Decodable {
    struct Metadata: Decodable { let Arn: String }
    let KeyMetadata: Metadata
  }
  private struct Encrypted: Decodable { let CiphertextBlob: Data }
  private struct Decrypted: Decodable { let Plaintext: Data }
}

// MARK: - Calls

extension RemoteKMS {
  private enum Field: Encodable {
    case text(String)
    case map([String: String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .map(let map): try container.encode(map)
      }
    }
  }

  private struct Fault: Decodable {
    let type: String?
    let message: String?
    enum CodingKeys: String, CodingKey {
      case type = "__type"
      case message
    }
  }

  /// Asks up to three times, as long as nobody answered or the other side says that it is its own fault.
  private func call<Answer: Decodable>(
    _ operation: String, _ fields: [String: Field]
  ) throws(SealError) -> Answer {
    let credentials = try RemoteCredentials.read(key.credentialsFile, variables)
    guard let body = try? JSONEncoder().encode(fields) else { throw .cryptoUnavailable }
    var failure = SealError.unreachable("\(endpoint) was not asked")
    for _ in 0..<RemoteKMS.attempts {
      do throws(SealError) {
        let reply = try send(operation, Array(body), credentials)
        return try RemoteKMS.read(reply, from: endpoint)
      } catch .unreachable(let reason) {
        failure = .unreachable(reason)
      }
    }
    throw failure
  }

  private static func read<Answer: Decodable>(_ reply: WebClient.Answer, from endpoint: String)
    throws(SealError)
    -> Answer
  {
    let data = Data(reply.body)
    if reply.status == 200, let answer = try? JSONDecoder().decode(Answer.self, from: data) { return answer }
    let fault = try? JSONDecoder().decode(Fault.self, from: data)
    let code = fault?.type.map { String($0.split(separator: "#").last ?? "") }
    let words = "\(endpoint) answered \(code ?? String(reply.status))"
    if reply.status >= 500 || code == "ThrottlingException" { throw .unreachable(words) }
    throw .refused(words + (fault?.message.map { ": " + $0 } ?? ""))
  }

  private func send(
    _ operation: String, _ body: [UInt8], _ credentials: RemoteCredentials
  ) throws(SealError) -> WebClient.Answer {
    let headers = try headers(operation, body, credentials)
    do {
      // The file of authorities is read for each call, as the credentials are.
      return try WebClient(authorities: key.authorities, patience: RemoteKMS.patience).post(
        body, to: endpoint + "/", headers: headers, limit: RemoteKMS.longestAnswer)
    } catch {
      throw .unreachable("\(endpoint) can't be reached: \(RemoteKMS.words(error))")
    }
  }

  private static func words(_ error: any Error) -> String {
    if let error = error as? IOError { return SystemError.reason(error.errnoCode) }
    if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
      return words(first.error)
    }
    if case NIOSSLError.handshakeFailed = error {
      return
        "TLS was not agreed upon; are its certificate's issuer in seal.ca-file, and its name in it? (\(error))"
    }
    return "\(error)"
  }

  private func headers(
    _ operation: String, _ body: [UInt8], _ credentials: RemoteCredentials
  ) throws(SealError) -> [(name: String, value: String)] {
    let host = String(endpoint.drop { $0 != "/" }.dropFirst(2))
    var headers = [
      (name: "host", value: host), (name: "content-type", value: "application/x-amz-json-1.1"),
      (name: "x-amz-target", value: "TrentService." + operation),
    ]
    if let token = credentials.token { headers.append((name: "x-amz-security-token", value: token)) }
    let secret = credentials.secret
    let signer = RequestSigner(accessKey: credentials.accessKey, region: key.region, service: "kms") {
      SigningKey.derive(secret: secret, scope: $0)
    }
    guard let signer else { throw .refused("the access key for \(endpoint) can't sign") }
    do throws(SigV4Refusal) {
      let request = SignedRequest(
        method: "POST", target: "/", headers: headers, payload: PayloadHash(of: body))
      return headers
        + (try signer.sign(request, at: Timestamp(milliseconds: SystemTime().now().milliseconds)))
    } catch {
      throw .refused("a request to \(endpoint) can't be signed")
    }
  }
}
