import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Principals that are called by their ids")
struct CalledPrincipalsTests {
  private static let alice = "arn:aws:iam::111122223333:user/alice"

  private static func called(_ document: String) -> String {
    String(
      decoding: AWSVocabulary().document(
        Array(document.utf8), calling: [alice: IdentityID("AIDAEXAMPLE")]), as: UTF8.self)
  }

  @Test(
    "Only names of principals change, and nothing else of the document",
    arguments: [
      (#"{ "Statement": [ {"Principal": {"AWS": "A"}, "Resource":"A", "Sid":"A" } ] }"#, 1),
      (#"{"Statement":{"Principal":{"AWS":["B", "A" ,"A"]},"Effect":"Allow"}}"#, 2),
      (#"{"Statement":[{"NotPrincipal":{"Service":"A","AWS":"A"}},{"Principal":{"AWS":["A"]}}]}"#, 2),
      (#"{"Statement":[{"Principal":"A"},{"Principal":{"Federated":"A"}}]}"#, 0),
      (#"{"Principal":{"AWS":"A"}}"#, 0), (#"{"Statement":7}"#, 0), ("A", 0), ("", 0),
    ])
  func documents(form: String, count: Int) {
    let written = form.replacing(#""A""#, with: "\"\(Self.alice)\"")
    let called = Self.called(written)
    #expect(called.ranges(of: "AIDAEXAMPLE").count == count)
    #expect(called.replacing("AIDAEXAMPLE", with: Self.alice) == written)
  }

  @Test("A name with escapes, or of another partition, is the same name")
  func spellings() {
    let escaped = #"{"Statement":[{"Principal":{"AWS":"arn:aws-cn:iam::111122223333:user\/\u0061lice"}}]}"#
    #expect(Self.called(escaped) == #"{"Statement":[{"Principal":{"AWS":"AIDAEXAMPLE"}}]}"#)
  }
}
