import DoorAWS
import KMSDomain
import WireJSON

/// Why a line can't be judged.
enum CaseFault: Error {
  case json
  /// What is missing or of another kind.
  case field(String)
  case unknownAction(String)
  case malformedPolicy(String)
}

/// Compiles documents once, however many cases they are in.
struct Judge {
  private let words = AWSVocabulary()
  private var policies = CompiledPolicies()

  mutating func answer(_ line: String) -> String {
    do throws(CaseFault) {
      let decision = try decide(line)
      return #"{"allowed":\#(decision.isAllowed),"explicitDeny":\#(decision.isExplicitDeny)}"#
    } catch {
      var output = Array(#"{"error":""#.utf8)
      JSONWriter.append(escaping: "\(error)", to: &output)
      return String(decoding: output, as: UTF8.self) + #""}"#
    }
  }

  private mutating func decide(_ line: String) throws(CaseFault) -> Decision {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONDocument(Array(line.utf8), limits: .init(depth: 64, nodes: 1 << 20)).root
    } catch {
      throw .json
    }
    let request = try Case(json, words, &policies).request
    return PolicyEvaluator.decide(request, vocabulary: words)
  }
}

/// Compiled policies by their text.
struct CompiledPolicies {
  private struct Name: Hashable {
    let document: [UInt8]
    let kind: PolicyKind
  }

  private static let most = 20_000
  private var known: [Name: Policy] = [:]

  mutating func policy(_ json: JSONValue, _ kind: PolicyKind, _ words: AWSVocabulary) throws(CaseFault)
    -> Policy
  {
    let name = Name(document: json.containerText, kind: kind)
    if let policy = known[name] { return policy }
    let policy: Policy
    do throws(KMSError) {
      policy = try words.compile(name.document, as: kind)
    } catch {
      throw .malformedPolicy("\(error)")
    }
    if known.count >= CompiledPolicies.most { known = [:] }
    known[name] = policy
    return policy
  }
}
