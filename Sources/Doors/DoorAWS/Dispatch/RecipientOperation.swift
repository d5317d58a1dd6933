import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

/// An operation that can send the secret of its answer to an attested environment: a request with `Recipient` gets
/// `CiphertextForRecipient` in place of the plaintext.
protocol RecipientOperation: AWSOperation where Work.Answer: SecretAnswer {
  /// - Throws: `AWSError` for whatever the service model or the documentation refuses.
  static func read(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> Addressed<Work>
  /// - Parameter sealed: what stands for the secret, which was taken out of the answer; nil when it is for the caller.
  static func encode(
    _ answer: Work.Answer, sealed: [UInt8]?, _ call: AWSCall, into output: inout JSONWriter)
}

/// What to do, and for whom.
struct Addressed<Work: Operation> {
  let work: Work
  /// The attestation document of the recipient; nil for the caller.
  let document: [UInt8]?
}

extension RecipientOperation {
  /// What is left of a request for the caller. One for a recipient must not come this way: it would be answered in the clear.
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> Work {
    let addressed = try read(input, call)
    guard addressed.document == nil else { throw .internalError }
    return addressed.work
  }

  static func encode(_ answer: Work.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    encode(answer, sealed: nil, call, into: &output)
  }

  func run(_ body: WipedBytes, _ call: AWSCall, _ engine: Engine) async throws(AWSError) -> [UInt8] {
    let addressed: Addressed<Work>
    do throws(AWSError) {
      addressed = try Self.read(root(of: body), call)
    } catch {
      throw try await refuse(error, call, engine)
    }
    do throws(KMSError) {
      guard let document = addressed.document else {
        return encode(
          try await engine.run(addressed.work, as: call.caller, in: call.region, from: call.origin), call)
      }
      let answer = try await engine.run(
        ForRecipient(addressed.work, document: document), as: call.caller, in: call.region,
        from: call.origin)
      var output = JSONWriter(capacity: 2048)
      Self.encode(answer.base, sealed: answer.ciphertext, call, into: &output)
      return output.bytes
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }
}

extension JSONWriter {
  /// The secret, or what stands for it.
  mutating func secret(_ name: String, _ payload: Payload, sealed: [UInt8]?) {
    guard let sealed else {
      secret(name, payload)
      return
    }
    self.name("CiphertextForRecipient")
    base64(sealed.span)
  }
}
