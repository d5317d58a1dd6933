import KMSDomain
import KMSEngine
import WireJSON

struct EnableKeyRotationOperation: AWSOperation {
  static let name = "EnableKeyRotation"
  private static let usual = 365

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> EnableKeyRotation {
    let (key, days) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID),
        try input.integer("RotationPeriodInDays", ModelRange.rotationPeriod)
      )
    }
    return EnableKeyRotation(try call.key(key, .keys), periodDays: days ?? usual)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct DisableKeyRotationOperation: AWSOperation {
  static let name = "DisableKeyRotation"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> DisableKeyRotation {
    DisableKeyRotation(try call.managedKey(json))
  }
  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

/// Terraform asks for every key made here, so kinds that can't be rotated truthfully have it off. There is never an on-demand rotation
/// in progress: each is finished before it is answered.
struct GetKeyRotationStatusOperation: AWSOperation {
  static let name = "GetKeyRotationStatus"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> GetKeyRotationStatus {
    GetKeyRotationStatus(try call.managedKey(json))
  }

  static func encode(_ answer: GetKeyRotationStatus.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", answer.key.resourceName)
      output.member("KeyRotationEnabled", answer.rotation != nil)
      guard let schedule = answer.rotation else { return }
      output.member("RotationPeriodInDays", schedule.periodDays)
      output.name("NextRotationDate")
      output.seconds(milliseconds: schedule.next.milliseconds)
    }
  }
}

struct RotateKeyOnDemandOperation: AWSOperation {
  static let name = "RotateKeyOnDemand"
  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> RotateKeyOnDemand {
    RotateKeyOnDemand(try call.managedKey(json))
  }
  static func encode(_ answer: KeyRecord, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { $0.member("KeyId", answer.resourceName) }
  }
}

struct ListKeyRotationsOperation: AWSOperation {
  static let name = "ListKeyRotations"
  private static let usual = 100

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListKeyRotations {
    let (key, included, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID), try input.text("IncludeKeyMaterial", .includeKeyMaterial),
        try input.integer("Limit", ModelRange.limit), try input.text("Marker", .marker)
      )
    }
    let reference = try call.key(key, .keys)
    let start = try Paging.name(in: marker)
    do throws(KMSError) {
      return try ListKeyRotations(
        reference, includingAll: included == "ALL_KEY_MATERIAL", marker: start, limit: limit ?? usual)
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  static func encode(_ answer: ListKeyRotations.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.name("Rotations")
      output.beginArray()
      for version in answer.page.items { write(version, of: answer.key, into: &output) }
      output.endArray()
      Paging.write(next: answer.page.next, into: &output)
    }
  }

  private static func write(_ version: KeyVersion, of key: ProtectedKey, into output: inout JSONWriter) {
    output.object { output in
      output.member("KeyId", key.record.identifier)
      if let name = key.materialName(of: version.id) { output.member("KeyMaterialId", name) }
      output.member("KeyMaterialState", state(version, of: key.record))
      if key.record.origin == .imported { writeImport(version, into: &output) }
      guard version.id != key.record.pending?.id, let type = rotationType(version.cause) else { return }
      output.name("RotationDate")
      output.seconds(milliseconds: version.createdAt.milliseconds)
      output.member("RotationType", type)
    }
  }

  private static func state(_ version: KeyVersion, of key: KeyRecord) -> String {
    if version.id == key.pending?.id { return "PENDING_ROTATION" }
    return version.id == key.current ? "CURRENT" : "NON_CURRENT"
  }

  private static func writeImport(_ version: KeyVersion, into output: inout JSONWriter) {
    if let description = version.description { output.member("KeyMaterialDescription", description) }
    output.member("ImportState", version.material == nil ? "PENDING_IMPORT" : "IMPORTED")
    if version.material != nil { Expiration.write(version.expiry, into: &output) }
  }

  /// nil for the first material, which no rotation made.
  private static func rotationType(_ cause: VersionCause) -> String? {
    switch cause {
    case .creation: nil
    case .schedule: "AUTOMATIC"
    case .demand: "ON_DEMAND"
    }
  }
}
