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
  /// How often each case is decided to find out how long that takes; nil: nobody asks.
  private let rounds: Int?
  private var policies = CompiledPolicies()

  init(rounds: Int?) { self.rounds = rounds }

  mutating func answer(_ line: String) -> String {
    do throws(CaseFault) {
      let asked = try read(line)
      let decision = try decide(asked)
      let took = rounds.map { #","nanoseconds":\#(nanoseconds(asked, $0))"# } ?? ""
      return #"{"allowed":\#(decision.isAllowed),"explicitDeny":\#(decision.isExplicitDeny)\#(took)}"#
    } catch {
      var output = Array(#"{"error":""#.utf8)
      JSONWriter.append(escaping: "\(error)", to: &output)
      return String(decoding: output, as: UTF8.self) + #""}"#
    }
  }

  private mutating func read(_ line: String) throws(CaseFault) -> Case {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONDocument(Array(line.utf8), limits: .init(depth: 64, nodes: 1 << 20)).root
    } catch {
      throw .json
    }
    return try Case(json, words, &policies)
  }

  private func decide(_ asked: Case) throws(CaseFault) -> Decision {
    let decisions = asked.requests.map { PolicyEvaluator.decide($0, vocabulary: words) }
    guard let decision = decisions.first(where: \.isAllowed) ?? decisions.last else { throw .field("grants") }
    return decision
  }

  private func nanoseconds(_ asked: Case, _ rounds: Int) -> Int64 {
    let took = ContinuousClock().measure {
      for _ in 0..<rounds {
        for request in asked.requests { _ = PolicyEvaluator.decide(request, vocabulary: words) }
      }
    }
    return Int64(took / .nanoseconds(1)) / Int64(max(1, rounds * asked.requests.count))
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
