package import KMSDomain
import KMSSecrets

// Material that is made, comes in and goes out with explicit parameters. What is kept of a key pair is PKCS#8, in the encoding
// in which it came if it came so.

extension SoftwareCustody {
  /// The longest secret bytes that are kept.
  package static let longestMaterial = 256 << 10

  package func generate(
    _ identity: VersionIdentity, length: Int?, at site: MaterialSite, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try UseRight.generate.check(permit, identity)
    let device = device(for: identity, at: site)
    let purpose = DevicePurpose.explicitParameters(length: length, exponent: nil)
    guard identity.spec.hasAnyLength else {
      guard length == nil else { throw .cryptography(.dataLength) }
      guard identity.spec.isMadeHere else {
        throw .unsupportedAlgorithm("\(identity.spec.standardName) keys aren't made here, they only come in")
      }
      if let device { return try makeElsewhere(identity, purpose, on: device) }
      return try make(identity)
    }
    guard let length, (1...SoftwareCustody.longestPlaintext).contains(length) else {
      throw .cryptography(.dataLength)
    }
    if let device { return try makeElsewhere(identity, purpose, on: device) }
    return try wrap(try secret(length), as: identity)
  }

  package func generateRSA(
    _ identity: VersionIdentity, exponent: Int64, at site: MaterialSite, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try UseRight.generate.check(permit, identity)
    guard identity.spec.isMadeRSA, (3...Int64(Int32.max)).contains(exponent), exponent % 2 == 1 else {
      throw .cryptography(.keyKind)
    }
    if let device = device(for: identity, at: site) {
      let purpose = DevicePurpose.explicitParameters(length: nil, exponent: exponent)
      return try makeElsewhere(identity, purpose, on: device)
    }
    try require(identity.spec, for: identity.usages)
    let pair: KeyPair
    do throws(CryptoFailure) {
      pair = try KeyPair(generatingRSA: identity.spec, exponent: UInt64(exponent))
      try pair.test()
    } catch {
      throw .custodyUnavailable
    }
    return try wrap(pair, as: identity)
  }

  package func take(
    _ material: PlainMaterial, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try UseRight.take.check(permit, identity)
    return try keep(material, as: identity)
  }

  /// The caller has checked the permit.
  func keep(_ material: PlainMaterial, as identity: VersionIdentity) throws(KMSError) -> NewMaterial {
    let spec = identity.spec
    guard spec.isInLibrary else {
      throw .unsupportedAlgorithm(SoftwareCustody.absence(spec.standardName))
    }
    switch material {
    case .encoded(let payload, let form):
      guard spec.isAsymmetric || form == .raw else { throw .cryptography(.form) }
      let bytes = try takeMaterial(payload)
      guard spec.isAsymmetric else { return try keep(symmetric: bytes, as: identity) }
      return try keep(pkcs8: try PrivateKeyFile.pkcs8(bytes, in: form, spec), as: identity, from: form)
    case .components(let numbers):
      var secrets: [KeyComponent: Secret] = [:]
      for (component, payload) in numbers { secrets[component] = Secret(try takeMaterial(payload)) }
      return try keep(numbers: secrets, as: identity)
    case .seed(let payload, let publicKey):
      return try keep(seed: try takeMaterial(payload), publicKey, as: identity)
    }
  }

  private func takeMaterial(_ payload: Payload) throws(KMSError) -> SecretBytes {
    guard payload.count <= SoftwareCustody.longestMaterial, let bytes = payload.take() else {
      throw .custodyUnavailable
    }
    return bytes
  }

  private func keep(
    symmetric bytes: borrowing SecretBytes, as identity: VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    if let length = identity.spec.secretLength, bytes.count != length { throw .incorrectKeyMaterial }
    return try wrap(bytes, as: identity)
  }

  /// - Throws: `KMSError.incorrectKeyMaterial` for anything but a sound key of the kind in strict DER.
  private func keep(
    pkcs8: borrowing SecretBytes, as identity: VersionIdentity, from form: MaterialForm
  ) throws(KMSError) -> NewMaterial {
    let file = pkcs8.withBytes { bytes in PrivateKeyFile(bytes) }
    guard let file, file.spec == identity.spec else { throw .incorrectKeyMaterial }
    // Of what is to be given back in another form, the inner encoding must be strict too.
    if KeyIdentifiers.curves.contains(where: { $0.spec == file.spec }) {
      let inner = pkcs8.withBytes { bytes -> Bool in
        guard let key = CurveKeyFile(file.key, in: bytes) else { return false }
        return key.curve == nil || key.spec(in: bytes) == file.spec
      }
      guard inner else { throw .incorrectKeyMaterial }
    }
    return try wrap(try sound(pkcs8, identity.spec), written: pkcs8, as: identity)
  }

  private func keep(
    numbers: [KeyComponent: Secret], as identity: VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    let spec = identity.spec
    let pkcs8 = try PrivateKeyFile.pkcs8(numbers, spec)
    let pair = try sound(pkcs8, spec)
    let spki = try CryptoFailure.unavailable { () throws(CryptoFailure) in try pair.publicKey() }
    let own = try components(of: PublicHalf(spec: spec, publicKey: spki))
    // A public number that came along must be that of the private one.
    if let given = numbers[.publicValue], given.digits != own[.publicValue] { throw .incorrectKeyMaterial }
    guard numbers[.publicPoint] == nil, let point = own[.publicPoint] else {
      return try wrap(pair, written: pkcs8, as: identity)
    }
    var complete = numbers
    complete[.publicPoint] = Secret(point)
    return try wrap(pair, written: try PrivateKeyFile.pkcs8(complete, spec), as: identity)
  }

  private func keep(
    seed: consuming SecretBytes, _ publicKey: [UInt8]?, as identity: VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    let pair = try sound(try PrivateKeyFile.pkcs8(seed: seed, identity.spec), identity.spec)
    let spki = try CryptoFailure.unavailable { () throws(CryptoFailure) in try pair.publicKey() }
    // The key is all of the bit string, and that comes last.
    if let publicKey, !publicKey.isEmpty, !spki.suffix(publicKey.count).elementsEqual(publicKey) {
      throw .incorrectKeyMaterial
    }
    return try wrap(pair, as: identity)
  }

  package func kind(of material: Payload, in form: MaterialForm) -> KeySpec? {
    guard material.count <= SoftwareCustody.longestMaterial else { return nil }
    return material.lend { bytes in PrivateKeyFile.spec(of: bytes, in: form) } ?? nil
  }
}

extension KeySpec {
  /// Whether custody makes such key pairs.
  fileprivate var isMadeHere: Bool { self != .dsa && self != .dh && self != .rsa8192 }

  fileprivate var isMadeRSA: Bool { self == .rsa2048 || self == .rsa3072 || self == .rsa4096 }
}

// MARK: - Out

extension SoftwareCustody {
  package func export(
    _ key: any LiveKey, as form: MaterialForm, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try exportable(key, .exportEncoded, permit)
    guard key.spec.isAsymmetric else {
      guard form == .raw else { throw .cryptography(.form) }
      return Payload(try key.withMaterial { (bytes) throws(KMSError) in SecretBytes(copying: bytes) })
    }
    let (encoded, file) = try written(key)
    return Payload(try file.material(encoded.bytes, as: form))
  }

  package func exportComponents(
    _ key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [KeyComponent: Payload] {
    let key = try exportable(key, .export, permit)
    let (encoded, file) = try written(key)
    var all: [KeyComponent: Payload] = [:]
    for (component, number) in try file.components(encoded.bytes) {
      all[component] = Payload(number.bytes.slice(0..<number.bytes.count))
    }
    let pair = try key.pair(needsPrivateHalf: true)
    let spki = try CryptoFailure.unavailable { () throws(CryptoFailure) in try pair.publicKey() }
    for (component, number) in try components(of: PublicHalf(spec: key.spec, publicKey: spki))
    where all[component] == nil {
      all[component] = Payload(SecretBytes(public: number))
    }
    return all
  }

  /// - Throws: `KMSError.cryptography(.notExportable)`.
  func exportable(
    _ key: any LiveKey, _ right: UseRight, _ permit: borrowing Permit
  ) throws(KMSError) -> SoftwareLiveKey {
    let key = try ours(key, right, permit)
    guard key.exportable else { throw .cryptography(.notExportable) }
    return key
  }

  /// A key pair's private half, as it is kept.
  /// - Throws: `KMSError.cryptography(.form)` when only the public half is there, or it is no pair.
  func written(_ key: SoftwareLiveKey) throws(KMSError) -> (Secret, PrivateKeyFile) {
    guard let encoded = key.encoded,
      let file = encoded.bytes.withBytes({ bytes in PrivateKeyFile(bytes) })
    else { throw .cryptography(.form) }
    return (encoded, file)
  }
}
