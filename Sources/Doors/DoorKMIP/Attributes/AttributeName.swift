import WireKMIP

/// Which attribute: one of the specification's, by the tag of its value, or one that somebody made up.
///
/// What 1.x calls a custom attribute and 2.x a vendor attribute is the same thing: "x-Purpose" of 1.x is "Purpose" of the vendor "x".
struct AttributeName: Hashable, Sendable {
  let tag: KMIPTag
  /// Empty for the specification's own, as `name` is.
  let vendor: String
  let name: String

  init(_ tag: KMIPTag) {
    self.tag = tag
    vendor = ""
    name = ""
  }

  init(vendor: String, name: String) {
    tag = .attribute
    self.vendor = vendor
    self.name = name
  }

  var isVendors: Bool { tag == .attribute }
}

extension AttributeName {
  /// As 1.x writes it. The name of something that 1.x doesn't have comes out too: whether it may be used is for the rules.
  /// - Throws: `invalidField` for a name that is neither the specification's nor a custom one.
  init(text: String) throws(KMIPFault) {
    if let tag = KMIPRegistry.tag(named: text), tag != .attribute {
      self.init(tag)
    } else if let mark = text.firstIndex(of: "-"), AttributeName.customVendors.contains(text[..<mark]) {
      self.init(vendor: String(text[..<mark]), name: String(text[text.index(after: mark)...]))
    } else {
      throw KMIPFault(.invalidAttribute, "There is no attribute of that name.")
    }
  }

  /// Of clients, and of servers (KMIP 1.4 section 3.39).
  private static let customVendors: Set<Substring> = ["x", "y"]

  /// As 1.x writes it; nil for an attribute of a vendor that 1.x can't name.
  var text: String? {
    guard isVendors else { return KMIPRegistry.name(of: tag) }
    return AttributeName.customVendors.contains(Substring(vendor)) ? "\(vendor)-\(name)" : nil
  }

  /// Of the value itself: a vendor's attribute says who and what it is.
  init(of item: TTLVItem) throws(KMIPFault) {
    guard item.tag == .attribute else {
      self.init(item.tag)
      return
    }
    try self.init(vendorsOf: item)
  }

  /// What an Attribute Reference of 2.x points at: a tag, or a vendor's name.
  init(reference item: TTLVItem) throws(KMIPFault) {
    if let number = item.enumeration {
      self.init(KMIPTag(number))
    } else {
      try self.init(vendorsOf: item)
    }
  }

  private init(vendorsOf item: TTLVItem) throws(KMIPFault) {
    guard let vendor = item[.vendorIdentification]?.text, let name = item[.attributeName]?.text,
      !vendor.isEmpty, !name.isEmpty
    else { throw .malformed("A vendor attribute") }
    self.init(vendor: vendor, name: name)
  }
}

extension AttributeName: CustomStringConvertible {
  /// For sentences.
  var description: String { isVendors ? "\(vendor)-\(name)" : KMIPRegistry.name(of: tag) ?? tag.description }
}
