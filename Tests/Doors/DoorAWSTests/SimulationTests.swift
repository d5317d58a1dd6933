import KMSBytes
import KMSDomain
import KMSTestKit
import Testing
import WireJSON

@testable import DoorAWS

@Suite("Simulations")
struct SimulationTests {
  private static let ask = "Action=SimulateCustomPolicy&ActionNames.member.1=kms:Encrypt&"

  private static func page(_ body: String) throws -> SimulationPage {
    let document = try #require(FormBody(WipedBytes(Array(body.utf8))).json(limits: AWSLimits.json))
    let input = try Input.readForm(document.root) { (input: inout Input) throws(AWSError) in
      try SimulationInput(&input)
    }
    return try SimulationRun(input, in: Fixtures.account).page(nil)
  }

  private static func policy(_ statements: Int) -> String {
    let one = "{%22Effect%22:%22Deny%22,%22Action%22:%22iam:*%22,%22Resource%22:%22arn:aws:iam:*:*:*b*%22}"
    return "{%22Version%22:%222012-10-17%22,%22Statement%22:["
      + Array(repeating: one, count: statements).joined(separator: ",") + "]}"
  }

  private static func resources(_ count: Int, _ length: Int = 20) -> String {
    (1...count).map { "ResourceArns.member.\($0)=" + String(repeating: "a", count: length) }
      .joined(separator: "&")
  }

  @Test("What takes little is answered on one page")
  func small() throws {
    let page = try Self.page(
      Self.ask + "MaxItems=1000&PolicyInputList.member.1=\(Self.policy(5))&" + Self.resources(1000))
    #expect(page.results.count == 1000 && page.next == nil)
  }

  @Test("A page ends when it has taken enough, and the next one goes on there")
  func large() throws {
    let documents = (1...15).map { "PolicyInputList.member.\($0)=\(Self.policy(400))" }
      .joined(separator: "&")
    let ask = Self.ask + "MaxItems=1000&\(documents)&" + Self.resources(200, 100)
    let page = try Self.page(ask)
    #expect(page.results.count < 200 && !page.results.isEmpty)
    let next = try #require(page.next)
    #expect(next == String(page.results.count))
    #expect(try !Self.page(ask + "&Marker=" + next).results.isEmpty)
  }

  @Test("More documents than anybody carries are refused")
  func documents() {
    let documents = (1...51).map { "PolicyInputList.member.\($0)=\(Self.policy(1))" }
      .joined(separator: "&")
    #expect(throws: AWSError.self) { try Self.page(Self.ask + documents) }
  }
}
