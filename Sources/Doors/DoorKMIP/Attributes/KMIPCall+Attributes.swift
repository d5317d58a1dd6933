import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  /// The attributes that a client gives in one of its containers, those of the templates that it names first. What is given itself
  /// wins over templates where there can be one value only.
  /// - Throws: as `AttributeReader.read`; `itemNotFound` for a template that isn't there.
  func attributes(in container: TTLVItem?) async throws(KMIPFault) -> AttributeList {
    guard let container else { return AttributeList() }
    var list = AttributeList()
    if version < .v2_0 {
      for template in AttributeReader.templates(container) { list.lay(try await content(of: template)) }
    }
    list.lay(try AttributeReader.read(container, version))
    return list
  }

  /// What a template gives to objects: not what it is called itself.
  private func content(of name: TTLVItem) async throws(KMIPFault) -> AttributeList {
    guard let text = name[.nameValue]?.text else { throw .malformed("The name of a template") }
    let given = "\(name[.nameType]?.enumeration ?? 1):\(text)"
    let reference = KeyReference(.name(KeyName(.given, given, in: home)), asWritten: text)
    let seen = try await run(ReadObjects("UseTemplate", .getObject, of: [reference]))
    guard let key = seen.first?.key else { throw .noObject }
    let object = KMIPObject(key, at: now)
    note(object.identifier)
    try await checkLimits()
    guard object.type == .template else { throw KMIPFault(.objectNotFound, "There is no such template.") }
    let names = object.kept.all(.name).map(\.item)
    return object.template.filter { !names.contains($0.item) }
  }
}

extension KMIPObject {
  /// What a template gives to objects.
  var template: AttributeList {
    var list = AttributeList()
    guard let content = kept.value(.template) else { return list }
    for item in content.children {
      if let name = try? AttributeName(of: item) { list.add(item, as: name) }
    }
    return list
  }
}

extension ObjectDraft {
  /// For a template: what it gives to objects, as a note that is no attribute.
  mutating func setTemplate(_ content: AttributeList) {
    attributes.set(.template) { writer in
      let mark = writer.open(.template)
      for instance in content.instances { if let value = instance.value { writer.copy(value) } }
      writer.close(mark)
    }
  }
}

extension AttributeList {
  /// Puts another list over this one: where there can be one value only, the other's counts.
  mutating func lay(_ other: AttributeList) {
    for instance in other.instances where !(AttributeRules.rule(for: instance.tag)?.isMultiple ?? true) {
      if contains(instance.name) { remove(instance.name) }
    }
    append(contentsOf: other)
  }
}
