/// Where and why a text isn't a message in XML or JSON. It never carries content.
package struct KMIPFormError: Error, Equatable, Sendable {
  package enum Reason: Sendable {
    /// No well-formed XML, or none of the few kinds of it that a message needs.
    case malformedXML
    /// No strict JSON, or not the objects that a message is made of.
    case malformedJSON
    /// A document type: it could define entities, and no message has one.
    case documentType
    case unknownTag
    case unknownType
    /// Not a value of its type; an unknown name of an enumeration, too.
    case malformedValue
    /// A value where items should be, or the reverse.
    case misplacedValue
    case tooDeep
    case tooManyItems
    case tooLarge
  }

  package let reason: Reason
  /// In bytes. In JSON, of the innermost object that is known to be around it.
  package let position: Int

  package init(_ reason: Reason, at position: Int) {
    self.reason = reason
    self.position = position
  }
}
