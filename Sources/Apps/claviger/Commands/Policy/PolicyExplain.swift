import AdminAPI
import ArgumentParser

struct PolicyExplain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say whether somebody may do something, which statement decides, and why others don't.",
    discussion: """
      Looks at everything as it is now: the policies of the principal and its groups, its boundary, the key's policy and grants.
      Nothing is done to the key.

        claviger policy explain --principal app --action kms:Decrypt --key alias/orders
        claviger policy explain --principal app --action kms:Decrypt --key alias/orders \\
          --context tenant=acme --condition aws:SourceIp=10.1.2.3

      A role stands for a session of it. What the request would come from isn't known: where a condition asks for it, say it \
      with --condition.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("Who: the name of a user or role, or an ARN.", valueName: "name|arn"))
  var principal: String

  @Option(name: .long, help: ArgumentHelp("What, as policies name it: kms:Decrypt.", valueName: "action"))
  var action: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "To which key: its id, alias or ARN. Left out for what isn't done to a key.", valueName: "key"))
  var key: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A pair of the encryption context. May be repeated.", valueName: "name=value"))
  var context: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the request has for a condition key. May be repeated, also for further values of the same key.",
      valueName: "key=value"))
  var condition: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("The Region of the request. Default: the server's.", valueName: "region"))
  var region: String?

  @OptionGroup var place: IdentityPlace
  @OptionGroup var form: OutputForm

  func validate() throws {
    for pair in context + condition where PolicyExplain.split(pair) == nil {
      throw ValidationError("\(pair) is no pair: write name=value")
    }
  }

  /// At the first equals sign.
  private static func split(_ pair: String) -> (name: String, value: String)? {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let name = parts.first, let value = parts.last, !name.isEmpty else { return nil }
    return (name, value)
  }

  func run() async throws {
    let pairs = context.compactMap(PolicyExplain.split)
    let conditions = condition.compactMap(PolicyExplain.split).map { ($0.name, [$0.value]) }
    let explanation = try await place.client().call(
      AdminAPI.explainPolicy,
      PolicyQuestion(
        account: place.account, principal: principal, action: action, key: key, region: region,
        context: Dictionary(pairs.map { ($0.name, $0.value) }) { $1 },
        conditions: Dictionary(conditions) { $0 + $1 }))
    if form.json { return try JSONText.write(explanation) }
    for line in PolicyExplanationText.lines(explanation) { print(line) }
  }
}
