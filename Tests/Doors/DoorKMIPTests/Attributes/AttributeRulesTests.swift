import Testing
import WireKMIP

@testable import DoorKMIP

struct AttributeRulesTests {
  /// How many the specification has. What 2.x calls Certificate Attributes is one of them there and not yet counted in 1.4.
  @Test(arguments: [
    (KMIPVersion.v1_0, 33), (.v1_1, 39), (.v1_2, 43), (.v1_3, 44), (.v1_4, 51), (.v2_0, 56), (.v2_1, 63),
  ])
  func `each version has the attributes that it has`(version: KMIPVersion, count: Int) {
    let known = AttributeRules.all.filter {
      $0.isKnown(in: version) && !AttributeRules.certificateFields.contains($0.tag)
    }
    #expect(known.count + (version >= .v2_0 ? 1 : 0) == count)
  }

  @Test
  func `no attribute is there twice, and each has a name and is in the registry as long as in the rules`() {
    #expect(Set(AttributeRules.all.map(\.tag)).count == AttributeRules.all.count)
    for rule in AttributeRules.all {
      #expect(KMIPRegistry.name(of: rule.tag) != nil)
      for version in KMIPVersion.known where rule.isKnown(in: version) {
        #expect(KMIPRegistry.isKnown(rule.tag, in: version), "\(rule.tag) in \(version)")
      }
    }
  }

  @Test func `names of 1.x are those of the specification, and those that somebody made up`() throws {
    #expect(try AttributeName(text: "Cryptographic Usage Mask").tag == .cryptographicUsageMask)
    #expect(try AttributeName(text: "PKCS#12 Friendly Name").tag == .pkcs12FriendlyName)
    #expect(try AttributeName(text: "x-Purpose") == AttributeName(vendor: "x", name: "Purpose"))
    #expect(try AttributeName(text: "y--") == AttributeName(vendor: "y", name: "-"))
    #expect(AttributeName(vendor: "x", name: "Purpose").text == "x-Purpose")
    #expect(AttributeName(vendor: "ACME", name: "Purpose").text == nil)
    for text in ["", "z-Purpose", "cryptographic usage mask", "Attribute", "Nonsense"] {
      #expect(throws: KMIPFault.self, "\(text)") { try AttributeName(text: text) }
    }
  }
}
