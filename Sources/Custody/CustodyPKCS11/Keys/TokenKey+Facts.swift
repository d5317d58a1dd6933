import KMSDomain

/// What a token says of itself and of a key on it.
extension TokenKey {
  func facts() throws(DeviceFault) -> DeviceKeyFacts {
    try device.reporting { () throws(HSMFault) in
      let token = try token()
      let told = try token.use(object) { (session, key) throws(ReturnCode) in try session.facts(of: key) }
      return DeviceKeyFacts(
        module: token.provider, manufacturer: token.info.manufacturer, model: token.info.model,
        serial: token.info.serial, label: token.info.label, object: told)
    }
  }
}

extension Session {
  /// CKA_…
  private enum Told: UInt {
    case sensitive = 0x103
    case extractable = 0x162
    case local = 0x163
    case neverExtractable = 0x164
    case alwaysSensitive = 0x165
    case maker = 0x166
  }

  fileprivate func facts(of key: UInt) throws(ReturnCode) -> DeviceKeyFacts.Object {
    var facts = DeviceKeyFacts.Object()
    facts.isSensitive = try flag(.sensitive, of: key)
    facts.wasAlwaysSensitive = try flag(.alwaysSensitive, of: key)
    facts.isExtractable = try flag(.extractable, of: key)
    facts.wasNeverExtractable = try flag(.neverExtractable, of: key)
    facts.isLocal = try flag(.local, of: key)
    facts.maker = try number(.maker, of: key).map { "\(Mechanism($0))" }
    return facts
  }

  private func flag(_ type: Told, of key: UInt) throws(ReturnCode) -> Bool? {
    guard let bytes = try told(type, of: key), bytes.count == 1 else { return nil }
    return bytes[0] == 1
  }

  /// Of the machine's own width and order. All ones: the token doesn't know.
  private func number(_ type: Told, of key: UInt) throws(ReturnCode) -> UInt? {
    guard let bytes = try told(type, of: key), bytes.count == UInt.bitWidth / 8 else { return nil }
    let number = UInt(littleEndian: bytes.reversed().reduce(0) { $0 << 8 | UInt($1) })
    return number == .max ? nil : number
  }

  /// - Returns: nil for what the token hasn't, or doesn't tell.
  private func told(_ type: Told, of key: UInt) throws(ReturnCode) -> [UInt8]? {
    do throws(ReturnCode) {
      return try attribute(type.rawValue, of: key)
    } catch {
      guard error == .attributeTypeInvalid || error == .attributeSensitive else { throw error }
      return nil
    }
  }
}
