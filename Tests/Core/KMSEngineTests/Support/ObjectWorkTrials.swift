import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit

/// Objects that are brought, given out, and made from others.
extension Trial {
  private static func work(
    _ action: Action, note: String,
    on inputs: @escaping @Sendable (ObjectStage.Objects) -> [ObjectWork.Input] = { _ in [] },
    replaces: Bool = false, making count: Int = 1,
    _ objects: @escaping @Sendable (ObjectStage.Objects) throws -> [NewObject]
  ) -> Trial {
    Trial(action, about: .object, note: " for \(action)\(note)") { world in
      let staged = try world.objects
      // Each run of a trial has an operation of its own, whose plan is asked once.
      let made = try objects(staged)
      return ObjectWork(
        "Work", in: World.objects, on: inputs(staged), making: [Action](repeating: action, count: count),
        identifier: replaces ? staged.key.identifier : nil, replaces: replaces
      ) { _ in ObjectPlan(makes: made) }
    }
  }

  private static func fresh() -> NewObject { World.object(.secret, .bytes, World.given([1, 2, 3])) }

  static let registerObject = work(.registerObject, note: "") { _ in [fresh()] }
  static let importObject = work(.importObject, note: "") { _ in [fresh()] }
  static let replaceObject = work(
    .importObject, note: ", replacing",
    on: { [ObjectWork.Input(.importObject, on: World.reference($0.key), anyState: true)] }, replaces: true
  ) { _ in [fresh()] }
  static let reKey = work(
    .reKey, note: "", on: { [ObjectWork.Input(.reKey, on: World.reference($0.key))] }
  ) { _ in [World.object(.symmetricKey, .aes256, .generated(length: nil))] }
  static let renewObject = work(
    .renewObject, note: "", on: { [ObjectWork.Input(.renewObject, on: World.reference($0.key))] }
  ) { _ in [World.object(.symmetricKey, .aes256, .generated(length: nil))] }
  static let reKeyPair = work(
    .reKeyPair, note: "", on: { [ObjectWork.Input(.reKeyPair, on: World.reference($0.pair))] }, making: 2
  ) { _ in
    [
      World.object(.privateKey, .p256, .generated(length: nil)),
      World.object(.publicKey, .p256, .publicHalf(of: 0)),
    ]
  }
  static let deriveObject = work(
    .deriveObject, note: "",
    on: { [ObjectWork.Input(.deriveObject, on: World.reference($0.key), opens: true)] }
  ) { _ in [World.object(.symmetricKey, .aes128, .derived(.hash(.sha256, data: []), length: 16))] }
  static let createSplitKey = work(
    .createSplitKey, note: "",
    on: { [ObjectWork.Input(.createSplitKey, on: World.reference($0.key), opens: true)] }, making: 2
  ) { _ in
    let sharing = try SecretSharing(World.halves, parts: 2, threshold: 2)
    return (1...2).map { World.object(.splitKey, .bytes, .share(sharing, identifier: $0)) }
  }
  /// The whole isn't kept.
  static let splitFreshKey = work(.createSplitKey, note: ", of a fresh key", making: 3) { _ in
    let sharing = try SecretSharing(World.halves, parts: 2, threshold: 2)
    var whole = World.object(.symmetricKey, .aes256, .generated(length: nil))
    whole.isKept = false
    return [whole] + (1...2).map { World.object(.splitKey, .bytes, .share(sharing, identifier: $0)) }
  }
  static let joinSplitKey = work(
    .joinSplitKey, note: "",
    on: {
      $0.shares.map { ObjectWork.Input(.joinSplitKey, on: World.reference($0), opens: true) }
    }
  ) { _ in
    let sharing = try SecretSharing(World.halves, parts: 2, threshold: 2)
    return [
      World.object(
        .symmetricKey, .aes256, .joined(sharing, identifiers: [1, 2], length: nil, form: .raw))
    ]
  }
  static let certify = signing(.certify)
  static let reCertify = signing(.reCertify)

  private static func signing(_ action: Action) -> Trial {
    work(
      action, note: "", on: { [ObjectWork.Input(action, on: World.reference($0.pair), opens: true)] }
    ) { _ in
      let parameters = SignatureParameters(.ecdsa, hash: .sha256)
      return [World.object(.certificate, .bytes, .signed(parameters, content: [1, 2, 3]) { $0 })]
    }
  }

  static let validateCertificates = Trial(.validateCertificates, note: " for certificates") { _ in
    NotedWork("Validate", .validateCertificates, in: Fixtures.account)
  }
}

// MARK: - Giving out

extension Trial {
  private static func giving(_ action: Action) -> Trial {
    Trial(action, about: .object, note: " for \(action)") { world in
      ExportObject("Give", action, World.reference(try world.objects.key), choose: { _ in .encoded(.raw) })
    }
  }

  static let getObject = giving(.getObject)
  static let exportObject = giving(.exportObject)
  static let readObject = Trial(.getObject, about: .object, note: " for getObject") { world in
    ReadObjects("Get", .getObject, of: [World.reference(try world.objects.key)])
  }

  private static let counter = CipherParameters(.ctr, iv: .given([UInt8](repeating: 1, count: 16)))

  /// One key under another, with a code by a third.
  static let getWrapped = Trial(.getObject, .wrapKey, about: .object, note: " for wrapKey") { world in
    let objects = try world.objects
    let wrapping = ObjectWrapping(
      ObjectWrapping.Key(World.reference(objects.key)) { _ in .symmetric(counter) },
      ObjectWrapping.Key(World.reference(objects.password)) { _ in .mac(.hmac(.sha256)) },
      sealsPlain: false, encode: { material, _ in material })
    return ExportObject(
      "Give", .getObject, World.reference(objects.shares[0]), wrapping: wrapping,
      choose: { _ in .encoded(.raw) })
  }
  static let getStore = Trial(.getObject, .wrapKey, about: .object, note: " for wrapKey, in a store") {
    world in
    let objects = try world.objects
    return ExportObject(
      "Give", .getObject, World.reference(objects.pair), password: World.reference(objects.password),
      choose: { _ in .bundle(certificates: [], friendlyName: nil) })
  }
  static let unwrapMaterial = Trial(.unwrapKey, .decrypt, about: .object) { world in
    let key = World.reference(try world.objects.key)
    return UnwrapMaterial(
      WipedBytes([UInt8](1...32)), by: UnwrapMaterial.Cipher(key) { _ in .symmetric(counter) })
  }
  static let openBundle = Trial(.unwrapKey, about: .object) { world in
    let objects = try world.objects
    return OpenBundle(objects.store, password: World.reference(objects.password))
  }
}
