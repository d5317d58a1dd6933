import DoorAWS
import KMSDomain
import Yams

/// Reads a key of the seed file.
struct SeedKeyReader {
  let account: AccountID
  let region: String
  /// What relative paths begin at.
  let folder: String

  static let known = [
    "id", "account", "region", "spec", "usage", "origin", "description", "enabled", "policy", "tags",
    "aliases", "rotation", "material", "replicas",
  ]

  func read(_ node: Node, _ taken: inout SeedNames) throws(SeedProblem) -> Seed.Key {
    let key = try SeedMapping(node, "a key", known: SeedKeyReader.known)
    let identifier = try identifier(of: key)
    let account = try key.text("account").map(SeedAccountReader.account) ?? self.account
    let (spec, usages) = try kind(of: key)
    let origin = try origin(of: key)
    let places = SeedPlaceReader(account: account, identifier: identifier, folder: folder)
    let primary = try places.read(key, in: region(of: key), &taken)
    let identity = SeedIdentity(account: account, region: primary.home.region, identifier: identifier)
    let materials = SeedMaterialReader(spec: spec, folder: folder)
    let seed = KeySeed(
      identifier: identifier, spec: spec, usages: usages, origin: origin,
      isMultiRegion: WrittenNames.isMultiRegion(identifier),
      rotationDays: try rotation(of: key, spec, origin),
      materials: try materials.read(key.node("material")).enumerated().map { index, brought in
        KeySeed.Material(version: identity.version(index), brought: brought)
      }, primary: primary, replicas: try replicas(of: key, identifier, places, &taken))
    return Seed.Key(seed: seed, line: key.line)
  }

  private func identifier(of key: SeedMapping) throws(SeedProblem) -> String {
    let id = try key.required("id")
    guard WrittenNames.isKeyIdentifier(id.string) else {
      throw SeedProblem(
        id.line,
        "'\(id.string)' is no key id: it is a UUID in small letters, or mrk- and 32 hex digits for several Regions"
      )
    }
    return id.string
  }

  private func region(of mapping: SeedMapping) throws(SeedProblem) -> String {
    guard let text = try mapping.text("region") else { return region }
    return try SeedPlaceReader.region(text)
  }

  private func kind(of key: SeedMapping) throws(SeedProblem) -> (KeySpec, KeyUsages) {
    let text = try key.text("spec")
    guard let spec = WrittenNames.spec(text?.string ?? "SYMMETRIC_DEFAULT") else {
      throw SeedProblem(
        text?.line ?? key.line, "'spec' is one of \(WrittenNames.specs.joined(separator: ", "))")
    }
    let possible = WrittenNames.usages(of: spec)
    let words = possible.map(\.name).joined(separator: " and ")
    guard let usage = try key.text("usage") else {
      guard let only = possible.first, possible.count == 1 else {
        throw SeedProblem(key.line, "this key needs 'usage': such keys are for \(words)")
      }
      return (spec, only.usages)
    }
    guard let usages = WrittenNames.usages(usage.string, of: spec) else {
      throw SeedProblem(usage.line, "such keys are not for '\(usage.string)' but for \(words)")
    }
    return (spec, usages)
  }

  private func origin(of key: SeedMapping) throws(SeedProblem) -> KeyOrigin {
    guard let text = try key.text("origin") else { return .generated }
    switch text.string {
    case "AWS_KMS": return .generated
    case "EXTERNAL": return .imported
    default: throw SeedProblem(text.line, "'origin' is AWS_KMS or EXTERNAL")
    }
  }

  /// Days; nil when it is off.
  private func rotation(
    of key: SeedMapping, _ spec: KeySpec, _ origin: KeyOrigin
  ) throws(SeedProblem) -> Int? {
    guard let text = try key.text("rotation"), text.string != "off" else { return nil }
    guard spec == .aes256, origin == .generated else {
      throw SeedProblem(
        text.line, "only keys of SYMMETRIC_DEFAULT with the origin AWS_KMS rotate by themselves")
    }
    if text.string == "on" { return SeedKeyReader.usualRotation }
    guard let days = Int(text.string), WrittenNames.rotationPeriod.contains(days) else {
      let range = WrittenNames.rotationPeriod
      throw SeedProblem(
        text.line, "'rotation' is on, off or a number of days from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return days
  }

  private static let usualRotation = 365

  private func replicas(
    of key: SeedMapping, _ identifier: String, _ places: SeedPlaceReader, _ taken: inout SeedNames
  ) throws(SeedProblem) -> [KeySeed.Place] {
    let nodes = try key.list("replicas")
    guard nodes.isEmpty || WrittenNames.isMultiRegion(identifier) else {
      throw SeedProblem(nodes[0].line, "only a key whose id begins with mrk- has replicas")
    }
    guard nodes.count < KeyFamily.mostKeys else {
      throw SeedProblem(key.line, "a key has at most \(KeyFamily.mostKeys - 1) replicas")
    }
    var replicas: [KeySeed.Place] = []
    for node in nodes { replicas.append(try places.replica(node, &taken)) }
    return replicas
  }
}
