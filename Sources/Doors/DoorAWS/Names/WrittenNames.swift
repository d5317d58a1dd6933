package import KMSDomain

/// AWS's names and limits for files that people write: the tables and rules by which requests are read.
package enum WrittenNames {
  package static func spec(_ text: String) -> KeySpec? { KeySpec.byName[text] }

  package static var specs: [String] { KeySpec.awsCases.map { AWSVocabulary().name(of: $0) } }

  /// nil for what isn't a usage of such a key.
  package static func usages(_ text: String, of spec: KeySpec) -> KeyUsages? {
    KeyUsages.byName[text].flatMap { spec.awsUsages.contains($0) ? $0 : nil }
  }

  /// What such a key can be for.
  package static func usages(of spec: KeySpec) -> [(name: String, usages: KeyUsages)] {
    spec.awsUsages.map { (AWSVocabulary().name(of: $0), $0) }
  }

  package static func isKeyIdentifier(_ text: String) -> Bool { KeyIdentifier.isWellFormed(text[...].utf8) }

  package static func isMultiRegion(_ identifier: String) -> Bool {
    identifier.utf8.starts(with: "mrk-".utf8)
  }

  /// An alias with its prefix, and none of those that AWS keeps for itself.
  package static func isAlias(_ text: String) -> Bool {
    AliasText.isWellFormed(text[...].utf8) && !text.utf8.starts(with: "alias/aws/".utf8)
  }

  package static func isDescription(_ text: String) -> Bool { TextRule.description.faults(text).isEmpty }

  package static func areTags(_ tags: [Tag]) -> Bool {
    guard
      tags.allSatisfy({ TextRule.tagKey.faults($0.key).isEmpty && TextRule.tagValue.faults($0.value).isEmpty }
      )
    else { return false }
    do throws(AWSError) {
      try Tags.check(tags)
      return true
    } catch {
      return false
    }
  }

  package static var rotationPeriod: ClosedRange<Int> { ModelRange.rotationPeriod }

  /// Why a document is no key policy; nil when it is one.
  package static func fault(inKeyPolicy document: [UInt8]) -> String? {
    do throws(AWSError) {
      _ = try PolicyDocument.bytes(String(decoding: document, as: UTF8.self))
    } catch {
      return error.message ?? error.type
    }
    do throws(KMSError) {
      _ = try AWSVocabulary().compile(document, as: .key)
      return nil
    } catch {
      guard case .malformedPolicy(let reason) = error else { return error.code }
      return reason
    }
  }
}
