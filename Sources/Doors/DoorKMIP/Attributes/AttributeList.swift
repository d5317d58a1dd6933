import KMSDomain
import WireKMIP

/// Attributes: a multiset of values, each with an index that stays its own (KMIP 2.1 section 4; KMIP 1.4 section 3).
///
/// The values are items of TTLV under the tags of 2.x, whichever version they came in. A record keeps, in the same list, what else
/// the door has to know of an object, under tags that are no attributes: `AttributeRules` tells the two apart.
struct AttributeList: Hashable, Sendable {
  struct Instance: Hashable, Sendable {
    let name: AttributeName
    /// Among the values of the attribute; it isn't given to another value when this one goes.
    let index: Int32
    /// The whole item.
    let item: [UInt8]

    var tag: KMIPTag { name.tag }
  }

  private(set) var instances: [Instance] = []

  init() {}

  var isEmpty: Bool { instances.isEmpty }

  func all(_ name: AttributeName) -> [Instance] { instances.filter { $0.name == name } }
  func all(_ tag: KMIPTag) -> [Instance] { instances.filter { $0.tag == tag } }
  func first(_ tag: KMIPTag) -> Instance? {
    let all = instances.span  // lends them, where a closure would be given a copy of each
    for index in all.indices where all[index].tag == tag { return all[index] }
    return nil
  }

  func contains(_ name: AttributeName) -> Bool { instances.contains { $0.name == name } }

  subscript(name: AttributeName, index: Int32) -> Instance? {
    instances.first { $0.name == name && $0.index == index }
  }

  /// - Returns: the index that it got.
  @discardableResult
  mutating func add(_ item: [UInt8], as name: AttributeName) -> Int32 {
    let index = (instances.filter { $0.name == name }.map(\.index).max() ?? -1) + 1
    instances.append(Instance(name: name, index: index, item: item))
    return index
  }

  /// With the index that it has.
  mutating func keep(_ instance: Instance) { instances.append(instance) }

  /// Puts one value in the place of all that the attribute had.
  mutating func set(_ item: [UInt8], as name: AttributeName) {
    remove(name)
    add(item, as: name)
  }

  mutating func replace(_ name: AttributeName, index: Int32, by item: [UInt8]) {
    guard let place = instances.firstIndex(where: { $0.name == name && $0.index == index }) else { return }
    instances[place] = Instance(name: name, index: index, item: item)
  }

  mutating func remove(_ name: AttributeName) { instances.removeAll { $0.name == name } }
  mutating func remove(_ name: AttributeName, index: Int32) {
    instances.removeAll { $0.name == name && $0.index == index }
  }

  mutating func remove(_ tag: KMIPTag) { instances.removeAll { $0.tag == tag } }

  /// Puts all of another list behind what is here; indices are given anew.
  mutating func append(contentsOf other: AttributeList) {
    for instance in other.instances { add(instance.item, as: instance.name) }
  }

  func filter(_ isWanted: (Instance) -> Bool) -> AttributeList {
    var list = self
    list.instances = instances.filter(isWanted)
    return list
  }
}

extension AttributeList.Instance {
  /// The value for reading.
  /// - Returns: nil for what isn't an item, which no instance of ours is.
  var value: TTLVItem? {
    do throws(TTLVError) {
      return try TTLVDocument(item, limits: KMIPDoor.limits).root
    } catch {
      return nil
    }
  }
}

extension AttributeList {
  /// As a record keeps it (`ManagedObject.notes`): each value with its index before it.
  var notes: [UInt8] {
    var fields = CanonicalFields()
    fields.add("kmip/1")
    fields.add(list: instances) { fields, instance in
      fields.add(UInt64(UInt32(bitPattern: instance.index)))
      fields.add(instance.item)
    }
    return fields.bytes
  }

  /// - Returns: nil for notes that aren't this door's.
  init?(notes: [UInt8]) {
    var reader = CanonicalReader(notes)
    guard reader.text() == "kmip/1", let instances = reader.list(Instance.init(reading:)), reader.isAtEnd
    else {
      return nil
    }
    self.instances = instances
  }
}

extension AttributeList.Instance {
  fileprivate init?(reading reader: inout CanonicalReader) {
    guard let index = reader.number().flatMap(UInt32.init(exactly:)), let item = reader.bytes(),
      item.count >= 8
    else { return nil }
    let tag = KMIPTag(UInt32(item[0]) << 16 | UInt32(item[1]) << 8 | UInt32(item[2]))
    var name = AttributeName(tag)
    if tag == .attribute {
      guard let root = AttributeList.Instance(name: name, index: 0, item: item).value,
        let vendors = try? AttributeName(of: root)
      else { return nil }
      name = vendors
    }
    self.init(name: name, index: Int32(bitPattern: index), item: item)
  }
}
