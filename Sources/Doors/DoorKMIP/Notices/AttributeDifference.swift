import WireKMIP

/// What is different between the attributes of an object at two times.
struct AttributeDifference {
  /// Values that weren't there, and all values of an attribute that has lost one.
  private let changed: AttributeList
  /// Attributes that have no value any more.
  private let removed: [AttributeName]
  /// Whether anything but the time of the change is different.
  let isEmpty: Bool

  /// Attributes that say how the server treats any object, and change with its state only.
  private static let untold: Set<KMIPTag> = [.leaseTime]

  init(from before: AttributeList, to after: AttributeList) {
    let (before, after) = (AttributeDifference.told(before), AttributeDifference.told(after))
    let kept = Set(after.instances.map(\.name))
    let old = Set(before.instances)
    let shrunk = Set(before.instances.filter { !after.instances.contains($0) }.map(\.name))
    var removed: [AttributeName] = []
    for name in before.instances.map(\.name) where !kept.contains(name) && !removed.contains(name) {
      removed.append(name)
    }
    let new = after.instances.filter { !old.contains($0) || shrunk.contains($0.name) }
    isEmpty = removed.isEmpty && new.allSatisfy { $0.tag == .lastChangeDate }
    changed = after.filter { new.contains($0) || $0.tag == .lastChangeDate }
    self.removed = removed
  }

  private static func told(_ list: AttributeList) -> AttributeList {
    list.filter { !untold.contains($0.tag) }
  }

  /// What a Notify has of it (KMIP 2.1 section 6.2.2; KMIP 1.4 section 5.1): before 2.0 an attribute without a value is one that was
  /// deleted.
  func write(_ version: KMIPVersion, into output: inout TTLVWriter) {
    AttributeWriter.write(changed, version, into: &output)
    for name in removed {
      guard version < .v2_0 else {
        AttributeWriter.write(name, version, into: &output)
        continue
      }
      guard let text = name.text else { continue }
      output.structure(.attribute) { $0.text(.attributeName, text) }
    }
  }
}
