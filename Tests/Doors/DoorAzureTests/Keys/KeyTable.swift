import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

/// Keys in the keyring of vaults, and requests about them as bodies: without paths, versions and HTTP.
final class KeyTable: Sendable {
  static let kid = "https://one.vault.kms.example/keys/k/0123456789abcdef0123456789abcdef"
  static let home = Keyring(account: Fixtures.account, region: "local", kind: .vault)
  static let called: @Sendable (KeyRecord) throws(KMSError) -> CalledKey = { _ in
    CalledKey(
      base: "https://one.vault.kms.example/keys/", name: "k", version: "0123456789abcdef0123456789abcdef")
  }
  static let owner = Fixtures.caller(isRoot: true)
  let house: TestHouse

  /// Each request has an id of its own.
  private let requests = Mutex<UInt64>(0)
  var origin: RequestOrigin {
    Fixtures.origin(
      requests.withLock { count in
        count += 1
        return count
      })
  }

  init(legacy: LegacyAlgorithms = .none) async throws { house = try await TestHouse(legacy: legacy) }

  static func json(_ text: String) throws -> JSONValue {
    try JSONDocument(Array(text.utf8), limits: JSONDocument.Limits(depth: 8, nodes: 2000)).root
  }

  static func base64(_ bytes: [UInt8]) -> String { Base64.urlString(bytes) }
  static func base64(_ text: String) -> String { base64(Array(text.utf8)) }

  /// Makes a key as a body says it.
  func make(_ body: String, dates: ObjectDates? = nil) async throws -> (KeyReference, KeyRecord) {
    let request = try NewKeyRequest(KeyTable.json(body), inHSM: false)
    return try await add(
      request.type, request.spec, request.operations, .createVaultKey, dates: dates
    ) { () throws(KMSError) in .generated(length: nil) }
  }

  /// Takes a key in.
  func bring(_ key: String) async throws -> (KeyReference, KeyRecord) {
    let jwk = try PrivateJWK(KeyTable.json(key), inHSM: false)
    return try await add(
      jwk.type, jwk.spec, jwk.operations ?? KeyOperation.usual(for: jwk.type), .importVaultKey
    ) { () throws(KMSError) in
      .given(try KeyFault.passing { () throws(KeyFault) in try jwk.material() })
    }
  }

  private func add(
    _ type: KeyType, _ spec: KeySpec, _ operations: [KeyOperation], _ action: Action,
    dates: ObjectDates? = nil, source: @escaping @Sendable () throws(KMSError) -> NewObject.Source
  ) async throws -> (KeyReference, KeyRecord) {
    let work = ObjectWork("CreateKey", in: KeyTable.home, making: [action]) { scene throws(KMSError) in
      var life = dates ?? ObjectDates()
      life.activation = scene.now
      return ObjectPlan(makes: [
        NewObject(
          kind: ObjectKind(of: spec), spec: spec, usages: type.usages, uses: operations.uses(of: type),
          exportable: false, isShared: false, dates: life, source: try source())
      ])
    }
    let made = try await house.engine.run(work, as: KeyTable.owner, from: origin).made
    let record = try #require(made.first).record
    return (KeyReference(.id(record.id), asWritten: record.identifier), record)
  }

  /// Encrypts, decrypts, wraps or unwraps.
  func use(_ action: Action, _ key: KeyReference, _ body: String) async throws -> JSONValue {
    let request = try CipherRequest(KeyTable.json(body), action)
    let answer: UseObject.Answer
    do throws(KMSError) {
      answer = try await house.engine.run(
        request.work(key, KeyTable.called), as: KeyTable.owner, from: origin)
    } catch {
      throw try #require(KeyFault(error, doing: action.keyOperation))
    }
    var json = JSONWriter()
    request.write(answer.yield, KeyTable.kid, into: &json)
    return try KeyTable.json(String(decoding: json.bytes, as: UTF8.self))
  }

  func sign(_ key: KeyReference, _ name: String, _ digest: [UInt8]) async throws -> [UInt8] {
    let request = try SignatureRequest(
      KeyTable.json(#"{"alg":"\#(name)","value":"\#(KeyTable.base64(digest))"}"#), verifies: false)
    do throws(KMSError) {
      switch request.work(key, KeyTable.called) {
      case .object(let work):
        let answer = try await house.engine.run(work, as: KeyTable.owner, from: origin)
        guard case .bytes(let signature) = answer.yield else { return [] }
        return try request.outer(signature)
      case .sign(let work):
        return try await house.engine.run(work, as: KeyTable.owner, from: origin).result
      case .verify: return []
      }
    } catch {
      throw try #require(KeyFault(error, doing: .sign))
    }
  }

  func verify(
    _ key: KeyReference, _ name: String, _ digest: [UInt8], _ signature: [UInt8]
  ) async throws -> Bool {
    let request = try SignatureRequest(
      KeyTable.json(
        #"{"alg":"\#(name)","digest":"\#(KeyTable.base64(digest))","value":"\#(KeyTable.base64(signature))"}"#
      ),
      verifies: true)
    do throws(KMSError) {
      switch request.work(key, KeyTable.called) {
      case .object(let work):
        _ = try await house.engine.run(work, as: KeyTable.owner, from: origin)
      case .verify(let work):
        _ = try await house.engine.run(work, as: KeyTable.owner, from: origin)
      case .sign: return false
      }
      return true
    } catch .invalidSignature, .invalidMAC {
      return false
    } catch {
      throw try #require(KeyFault(error, doing: .verify))
    }
  }
}
