import Yams

extension YamlError {
  /// The error in one line, with the place in the file and nothing of what stands there.
  func problem(in name: String) -> ConfigurationProblem {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ConfigurationProblem("\(name):\(mark.line): \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      ConfigurationProblem("\(name):\(context.mark.line): '\(duplicates.first ?? "")' stands more than once")
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      ConfigurationProblem("\(name): this is not YAML in UTF-8")
    @unknown default: ConfigurationProblem("\(name): this is not YAML")
    }
  }
}
