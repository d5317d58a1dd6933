import Yams

/// A configuration file as its keys, texts and lines. It knows the shape of the file, not what a key means.
struct ConfigurationFile: Sendable {
  struct Entry: Sendable, Equatable {
    let path: String
    let text: String
    let line: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var problems: [ConfigurationProblem] = []
  private let name: String

  /// The longest file that is read, in bytes.
  static let limit = 1 << 20

  /// - Parameter name: what messages call the file.
  init(yaml: String, name: String) {
    self.name = name
    do {
      guard let root = try compose(yaml: yaml) else { return }
      if case .scalar(let scalar) = root, scalar.string.isEmpty { return }
      read(root, at: "")
    } catch let error as YamlError {
      problems.append(error.problem(in: name))
    } catch {
      problems.append(ConfigurationProblem("\(name): this is not YAML"))
    }
  }

  private mutating func read(_ node: Node, at path: String) {
    guard case .mapping(let mapping) = node else {
      problems.append(
        problem(node, path.isEmpty ? "expected keys and values" : "'\(path)' expects keys below it"))
      return
    }
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        problems.append(problem(key, "expected a key"))
        continue
      }
      let below = path.isEmpty ? scalar.string : path + "." + scalar.string
      if Setting.named(below) != nil {
        readValue(value, at: below)
      } else if Setting.all.contains(where: { $0.path.hasPrefix(below + ".") }) {
        read(value, at: below)
      } else {
        problems.append(problem(key, "unknown key '\(below)'"))
      }
    }
  }

  private mutating func readValue(_ node: Node, at path: String) {
    guard case .scalar(let scalar) = node else {
      problems.append(problem(node, "'\(path)' expects a single value"))
      return
    }
    // An empty value is more often a slip than a wish.
    guard !scalar.string.isEmpty else {
      problems.append(problem(node, "'\(path)' has no value"))
      return
    }
    entries.append(Entry(path: path, text: scalar.string, line: node.mark?.line ?? 0))
  }

  private func problem(_ node: Node, _ text: String) -> ConfigurationProblem {
    ConfigurationProblem("\(name):\(node.mark?.line ?? 0): \(text)")
  }
}
