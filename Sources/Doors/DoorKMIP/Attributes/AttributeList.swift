import KMSDomain
import WireKMIP

/// The attributes of an object that are kept as its owner gave them: a multiset of values, each under the tag of its attribute and
/// with an index that stays its own (KMIP 2.1 section 4; KMIP 1.4 section 3).
///
/// The values are items of TTLV, whichever version they came in. A custom attribute of 1.x and a vendor attribute of 2.x are the
/// same thing, under the tag `attribute`: vendor, name and value.
struct AttributeList: Hashable, Sendable {
  struct Instance: Hashable, Sendable {
    let tag: KMIPTag
    /// Among the values of the attribute; it isn't given to another value when this one goes.
    let index: Int32
    /// The whole item.
    let item: [UInt8]
  }

  private(set) var instances: [Instance] = []

  init() {}

  func all(_ tag: KMIPTag) -> [Instance] { instances.filter { $0.tag == tag } }
  func first(_ tag: KMIPTag) -> Instance? { instances.first { $0.tag == tag } }

  /// - Returns: the index that it got.
  @discardableResult
  mutating func add(_ item: [UInt8], _ tag: KMIPTag) -> Int32 {
    let index = (instances.filter { $0.tag == tag }.map(\.index).max() ?? -1) + 1
    instances.append(Instance(tag: tag, index: index, item: item))
    return index
  }

  /// Puts one value in the place of all that the attribute had.
  mutating func set(_ item: [UInt8], _ tag: KMIPTag) {
    remove(tag)
    add(item, tag)
  }

  mutating func replace(_ tag: KMIPTag, index: Int32, by item: [UInt8]) {
    guard let place = instances.firstIndex(where: { $0.tag == tag && $0.index == index }) else { return }
    instances[place] = Instance(tag: tag, index: index, item: item)
  }

  mutating func remove(_ tag: KMIPTag) { instances.removeAll { $0.tag == tag } }
  mutating func remove(_ tag: KMIPTag, index: Int32) {
    instances.removeAll { $0.tag == tag && $0.index == index }
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
      fields.add(UInt64(instance.tag.rawValue))
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
    guard let tag = reader.number().flatMap(UInt32.init(exactly:)),
      let index = reader.number().flatMap(UInt32.init(exactly:)), let item = reader.bytes()
    else { return nil }
    self.init(tag: KMIPTag(tag), index: Int32(bitPattern: index), item: item)
  }
}
