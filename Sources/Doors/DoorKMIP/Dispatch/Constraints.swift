import KMSDomain
import KMSEngine
import WireKMIP

/// Attributes that new objects must have (KMIP 2.1 section 6.1.52).
struct Constraints: Sendable {
  private let parts: [(scope: ObjectScope, attributes: AttributeList)]

  init(_ item: TTLVItem) throws(KMIPFault) {
    var parts: [(ObjectScope, AttributeList)] = []
    for part in item.all(.constraint) {
      parts.append((try ObjectScope(part), try ObjectScope.attributes(part, .v2_1)))
    }
    self.parts = parts
  }

  /// Of those that are about an object, one must hold.
  func allow(_ attributes: AttributeList, _ type: KMIP.ObjectType) -> Bool {
    let about = parts.filter { $0.scope.contains(type, attributes.groups) }
    return about.isEmpty
      || about.contains { part in
        part.attributes.instances.allSatisfy { wanted in
          attributes.all(wanted.name).contains { $0.item == wanted.item }
        }
      }
  }
}

extension ObjectWork {
  /// The same work, which makes nothing that these constraints don't allow.
  func held(to constraints: Constraints) -> ObjectWork {
    checked { (object) throws(KMSError) in
      guard let kept = AttributeList(notes: object.notes), !constraints.allow(kept, object.kind.kmip) else {
        return
      }
      throw KMIPFault(.constraintViolation, "The account's constraints don't allow such an object.").asError
    }
  }
}

extension AttributeList {
  var groups: Set<String> { Set(values(.objectGroup).compactMap(\.text)) }
}
