import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization

/// Managed objects of a world, once there are some.
final class ObjectStage: Sendable {
  struct Objects: Sendable {
    /// 32 bytes that may be used for everything and may leave.
    var key: KeyRecord
    /// A key pair, and an exportable one.
    var pair: KeyRecord
    /// What stores are opened by.
    var password: KeyRecord
    /// Of the key: two are needed.
    var shares: [KeyRecord]
    /// The exportable pair under the password, as PKCS#12.
    var store: WipedBytes
  }

  private let state = Mutex<Objects?>(nil)

  func set(_ objects: Objects) { state.withLock { $0 = objects } }

  func found() throws -> Objects {
    guard let found = state.withLock({ $0 }) else { throw Surprise("no trial of objects was prepared") }
    return found
  }
}

extension World {
  static let objects = Keyring(account: Fixtures.account, region: Fixtures.keyring.region, kind: .kmip)

  /// An active object that may be used for everything that its kind can do.
  static func object(
    _ kind: ObjectKind, _ spec: KeySpec, _ source: NewObject.Source, names: [String] = []
  ) -> NewObject {
    var dates = ObjectDates()
    dates.activation = Fixtures.start
    return NewObject(
      kind: kind, spec: spec, usages: spec.explicitUsages, uses: spec.explicitUsages, exportable: true,
      isShared: false, dates: dates, names: names, source: source)
  }

  /// Given bytes, anew for each attempt.
  static func given(_ bytes: [UInt8]) -> NewObject.Source {
    .given(.encoded(Payload(copying: bytes.span), .raw))
  }

  static let halves = SecretSharing.Method.gf256

  func prepareObjects(_ stage: ObjectStage) async throws {
    func made(_ object: @escaping @Sendable () -> NewObject, _ action: Action) async throws -> KeyRecord {
      let work = ObjectWork("SetUp", in: World.objects, making: [action]) { _ in ObjectPlan(makes: [object()])
      }
      return try await run(work).made[0].record
    }
    let key = try await made(
      { World.object(.symmetricKey, .aes256, World.given([UInt8](1...32))) }, .registerObject)
    let pair = try await made({ World.object(.privateKey, .p256, .generated(length: nil)) }, .createKey)
    let password = try await made(
      { World.object(.secret, .bytes, World.given(Array("password".utf8))) }, .registerObject)
    let sharing = try SecretSharing(World.halves, parts: 2, threshold: 2)
    let splitting = ObjectWork(
      "SetUp", in: World.objects,
      on: [ObjectWork.Input(.createSplitKey, on: World.reference(key), opens: true)],
      making: [.createSplitKey, .createSplitKey]
    ) { _ in
      ObjectPlan(
        makes: (1...2).map { World.object(.splitKey, .bytes, .share(sharing, identifier: $0)) })
    }
    let shares = try await run(splitting).made.map(\.record)
    let bundling = ExportObject(
      "SetUp", .getObject, World.reference(pair), password: World.reference(password),
      choose: { _ in .bundle(certificates: [], friendlyName: nil) })
    guard case .bundle(let store) = try await run(bundling).material,
      let bytes = store.readOnce({ [UInt8](copying: $0) })
    else { throw Surprise("no store") }
    stage.set(
      ObjectStage.Objects(
        key: key, pair: pair, password: password, shares: shares, store: WipedBytes(bytes)))
  }
}
