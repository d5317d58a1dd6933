import KMSBytes
import SigV4
import Testing

@Suite("Signing")
struct SignerTests {
  private func makeSigner(region: String = "eu-central-1", service: String = "kms") -> RequestSigner? {
    RequestSigner(accessKey: "AKIDEXAMPLE", region: region, service: service) { scope in
      SigningKey.derive(secret: Vector.secret, scope: scope)
    }
  }

  @Test("Signing again what botocore signed gives the same header", arguments: Vector.botocore)
  func agreesWithBotocore(_ vector: Vector) throws {
    let unsigned = ["user-agent", "expect", "x-amzn-trace-id", "transfer-encoding"]
    let authorization = vector["authorization"]
    guard !authorization.isEmpty, !vector.headers.contains(where: { unsigned.contains($0.name) }) else {
      return
    }
    let bare = vector.with {
      $0.drop("authorization")
      $0.drop("x-amz-date")
    }
    let signer = try #require(makeSigner(region: vector.region, service: vector.service))
    let added = try signer.sign(bare.request, at: vector.moment)
    #expect(added.map(\.name) == ["x-amz-date", "authorization"])
    #expect(added.last?.value == authorization)
  }

  @Test("Signing what botocore presigned gives the same target")
  func presigningAgreesWithBotocore() throws {
    let vector = Vector.presigned[1]
    let signer = try #require(makeSigner(region: vector.region, service: vector.service))
    let bare = vector.with { $0.target = "/?Action=GetCallerIdentity&Version=2011-06-15" }
    #expect(try signer.presign(bare.request, at: vector.moment, lifetime: 604_800) == vector.target)
  }

  @Test("A presigned request binds its body")
  func presignedBody() throws {
    let vector = Vector.call.with {
      $0.drop("authorization")
      $0.drop("x-amz-date")
      $0.region = "eu-central-1"
    }
    let target = try #require(makeSigner()).presign(vector.request, at: vector.moment, lifetime: 60)
    let presigned = vector.with { $0.target = target }
    #expect(presigned.isAccepted(under: try vector.key()))
    #expect(!presigned.with { $0.body[0] ^= 1 }.isAccepted(under: try vector.key()))
    #expect(
      !presigned.with { $0.target = target.replacing("Expires=60", by: "Expires=61") }
        .isAccepted(under: try vector.key()))
  }

  @Test("What couldn't be verified isn't signed")
  func refusals() throws {
    let signer = try #require(makeSigner())
    let moment = try Vector.call.moment
    let bare = Vector.call.with { $0.headers = [(name: "host", value: "h")] }
    #expect(throws: SigV4Refusal.malformed(.hostNotSigned)) {
      try signer.sign(bare.with { $0.drop("host") }.request, at: moment)
    }
    #expect(throws: SigV4Refusal.malformed(.target)) {
      try signer.sign(bare.with { $0.target = "x" }.request, at: moment)
    }
    #expect(throws: SigV4Refusal.malformed(.expires)) {
      try signer.presign(bare.request, at: moment, lifetime: 604_801)
    }
    #expect(makeSigner(region: "EU") == nil)
    #expect(makeSigner(service: "") == nil)
  }

  @Test("A body's hash is the same from wiped bytes and from an array")
  func payloadHash() {
    let body = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(PayloadHash(of: WipedBytes(body)) == PayloadHash(of: body))
    #expect(PayloadHash(of: WipedBytes([])) == .empty)
    #expect(PayloadHash(of: body) != .empty)
  }
}
