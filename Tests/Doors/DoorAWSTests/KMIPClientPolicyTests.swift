import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Rights of KMIP clients")
struct KMIPClientPolicyTests {
  private static let administrative: Set = [Action.setDefaults, .setConstraints, .delegateLogin]
  private static let uses: Set = [
    Action.createKey, .describeKey, .encrypt, .decrypt, .sign, .verify, .generateMac, .verifyMac,
    .generateRandom,
  ]

  private func actions(_ written: String) throws -> Set<Action> {
    let policy = try Samples.policy(
      #"{"Statement": {"Effect": "Allow", "Action": \#(written), "Resource": "*"}}"#, as: .identity)
    let statement = try #require(policy.statements.first)
    return Set(Action.allCases.filter { statement.actions.contains($0) })
  }

  private var ofKMIP: Set<Action> { Set(Action.allCases.filter { $0.awsName.hasPrefix("kmip:") }) }

  /// A new action of KMIP fails here until somebody decides whether clients get it.
  @Test("the ready-made policy has everything that clients do and nothing that administers")
  func policy() throws {
    let entry = try #require(BuiltInPolicies.all.first { $0.name == "ClavigerKMIPClient" })
    let statements = try Samples.policy(entry.document, as: .identity).statements
    let allowed = Set(
      Action.allCases.filter { action in statements.contains { $0.actions.contains(action) } })
    #expect(allowed == ofKMIP.subtracting(Self.administrative).union(Self.uses))
    #expect(statements.allSatisfy { $0.effect == .allow })
  }

  @Test("policies name actions of KMIP by wildcards, in any case")
  func wildcards() throws {
    #expect(try actions(#""kmip:*""#) == ofKMIP)
    #expect(
      try actions(#""KMIP:get*""#) == [
        .getObject, .getAttributes, .getAttributeList, .getUsageAllocation, .getConstraints,
      ])
    #expect(try actions(#"["kmip:PKCS11", "kmip:Locate"]"#) == [.callPKCS11, .locateObjects])
    #expect(try actions(#""kms:*""#).isDisjoint(with: ofKMIP))
    #expect(try actions(#""*""#).isSuperset(of: ofKMIP))
    for action in ofKMIP {
      #expect(try actions(#""\#(action.awsName)""#) == [action], "\(action)")
    }
  }

  @Test("the role can't be limited to some keys, as it is about other objects too")
  func role() throws {
    let role = try #require(ReadyMadeRoles.all.first { $0.name == "kmip-client" })
    #expect(ReadyMadeRoles.document(role, on: []) == nil)
    #expect(role.policy == "arn:aws:iam::aws:policy/ClavigerKMIPClient" && !role.summary.isEmpty)
  }
}
