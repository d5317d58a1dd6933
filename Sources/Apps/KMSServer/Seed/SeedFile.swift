import Foundation
import KMSDomain
import Yams

/// Reads a seed file. Each entry is judged for itself, so that one run tells what is wrong with all of them.
struct SeedFile {
  private let name: String
  private let defaults: SeedDefaults
  private let folder: String
  private var problems: [ConfigurationProblem] = []
  private var taken = SeedNames()

  /// The longest file that is read, in bytes.
  static let limit = 4 << 20

  /// - Throws: `Problem` when it can't be read, `ConfigurationProblems` with all that is wrong with it.
  static func read(_ path: String, _ defaults: SeedDefaults) throws -> Seed {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Problem("cannot read the seed file \(path)", remedy: "check its path and rights")
    }
    guard data.count <= limit, let text = String(data: data, encoding: .utf8) else {
      throw Problem("\(path) is no seed file", remedy: "it must be YAML in UTF-8 of at most 4 MiB")
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return try parse(text, name: path, folder: folder, defaults)
  }

  /// - Parameter folder: what relative paths in the file begin at.
  static func parse(
    _ yaml: String, name: String, folder: String, _ defaults: SeedDefaults
  ) throws(ConfigurationProblems) -> Seed {
    var file = SeedFile(name: name, defaults: defaults, folder: folder)
    let seed = file.seed(yaml)
    guard let seed, file.problems.isEmpty else { throw ConfigurationProblems(all: file.problems) }
    return seed
  }

  private init(name: String, defaults: SeedDefaults, folder: String) {
    self.name = name
    self.defaults = defaults
    self.folder = folder
  }

  private mutating func seed(_ yaml: String) -> Seed? {
    guard let root = root(of: yaml) else { return nil }
    return collecting { (file: inout SeedFile) throws(SeedProblem) in
      let top = try SeedMapping(root, "a seed file", known: ["accounts", "keys"])
      let accounts = try top.list("accounts").compactMap { node in
        file.collecting { (file: inout SeedFile) throws(SeedProblem) in
          try SeedAccountReader.read(node, &file.taken)
        }
      }
      let reader = SeedKeyReader(
        account: accounts.first?.id ?? file.defaults.account, region: file.defaults.region,
        folder: file.folder)
      let keys = try top.list("keys").compactMap { node in
        file.collecting { (file: inout SeedFile) throws(SeedProblem) in try reader.read(node, &file.taken) }
      }
      return Seed(name: file.name, accounts: accounts, keys: keys)
    }
  }

  private mutating func root(of yaml: String) -> Node? {
    do {
      if let root = try compose(yaml: yaml) { return root }
      problems.append(ConfigurationProblem("\(name): the file is empty"))
    } catch let error as YamlError {
      problems.append(error.problem(in: name))
    } catch {
      problems.append(ConfigurationProblem("\(name): this is not YAML"))
    }
    return nil
  }

  /// Notes what is wrong and goes on.
  private mutating func collecting<Value>(
    _ read: (inout SeedFile) throws(SeedProblem) -> Value
  ) -> Value? {
    do throws(SeedProblem) {
      return try read(&self)
    } catch {
      problems.append(ConfigurationProblem("\(name):\(error.line): \(error.text)"))
      return nil
    }
  }
}

/// What may stand once in a file.
struct SeedNames {
  private var lines: [String: Int] = [:]

  /// - Parameter what: the thing with its name, and where names like it must differ.
  /// - Throws: when it was taken before.
  mutating func take(_ what: String, at line: Int) throws(SeedProblem) {
    if let first = lines[what] { throw SeedProblem(line, "\(what) stands in line \(first) already") }
    lines[what] = line
  }
}
