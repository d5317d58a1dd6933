/// Something wrong with the configuration, in one line.
package struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// All that is wrong with the configuration, at least one thing.
package struct ConfigurationProblems: Error, Equatable, Sendable {
  package let all: [ConfigurationProblem]
}

/// Where a configuration comes from. Flags override the environment, the environment overrides the file, and the file
/// overrides the defaults.
package struct ConfigurationSources: Sendable {
  /// The file's text and what messages call it.
  package var file: (yaml: String, name: String)?
  package var environment: [String: String]
  /// By key path, each with the flag's name for messages.
  package var flags: [Flag]
  package var isDevelopment: Bool

  package struct Flag: Sendable {
    package let name: String
    package let path: String
    package let text: String

    package init(_ name: String, for path: String, _ text: String) {
      self.name = name
      self.path = path
      self.text = text
    }
  }

  package init(
    file: (yaml: String, name: String)? = nil, environment: [String: String] = [:], flags: [Flag] = [],
    isDevelopment: Bool = false
  ) {
    self.file = file
    self.environment = environment
    self.flags = flags
    self.isDevelopment = isDevelopment
  }

  /// - Throws: `ConfigurationProblems` with everything that was found.
  package func resolve() throws(ConfigurationProblems) -> Configuration {
    var draft = ConfigurationDraft()
    var problems: [ConfigurationProblem] = []
    func apply(_ setting: Setting, _ text: String, at place: String) {
      do throws(ValueProblem) {
        try setting.apply(&draft, text)
      } catch {
        problems.append(ConfigurationProblem("\(place): expected \(error.expected)"))
      }
    }
    if let file {
      let read = ConfigurationFile(yaml: file.yaml, name: file.name)
      problems += read.problems
      for entry in read.entries {
        guard let setting = Setting.named(entry.path) else { continue }
        apply(setting, entry.text, at: "\(file.name):\(entry.line): \(entry.path)")
      }
    }
    for setting in Setting.all {
      guard let text = environment[setting.variable] else { continue }
      apply(setting, text, at: setting.variable)
    }
    for flag in flags {
      guard let setting = Setting.named(flag.path) else { continue }
      apply(setting, flag.text, at: flag.name)
    }
    draft.result.isDevelopment = isDevelopment
    let result = draft.finish(&problems)
    guard problems.isEmpty else { throw ConfigurationProblems(all: problems) }
    return result
  }
}

extension ConfigurationSources {
  /// The data directory alone, for commands that don't care for the rest.
  /// - Throws: `ConfigurationProblems` when the file is not one that could be served.
  package func dataDirectory() throws(ConfigurationProblems) -> String? {
    if let flag = flags.last(where: { $0.path == "data-dir" }) { return flag.text }
    if let text = environment["CLAVIGER_DATA_DIR"] { return text }
    guard let file else { return nil }
    let read = ConfigurationFile(yaml: file.yaml, name: file.name)
    guard read.problems.isEmpty else { throw ConfigurationProblems(all: read.problems) }
    return read.entries.last { $0.path == "data-dir" }?.text
  }
}

extension ConfigurationDraft {
  /// Judges what only makes sense together.
  fileprivate func finish(_ problems: inout [ConfigurationProblem]) -> Configuration {
    var configuration = result
    switch (certificate, certificateKey) {
    case (.some(let certificate), .some(let key)):
      configuration.certificate = Configuration.CertificateFiles(certificate: certificate, key: key)
    case (.none, .none): break
    case (.some, .none), (.none, .some):
      problems.append(
        ConfigurationProblem("tls.certificate and tls.key belong together: set both or neither"))
    }
    configuration.pkcs11 = pkcs11.finish(&problems)
    if let seal = seal(&problems, token: configuration.pkcs11) { configuration.seal = seal }
    if configuration.keyPlace == .hsm, pkcs11.module == nil {
      problems.append(ConfigurationProblem("custody.keys: hsm needs a token: set pkcs11.module"))
    }
    problems += configuration.contradictions.map { ConfigurationProblem($0) }
    return configuration
  }
}

extension Configuration {
  /// What can't be served as it is, in words that say what to change.
  fileprivate var contradictions: [String] {
    var found: [String] = []
    if let listen, !listen.isLoopback {
      found.append(
        "listen: plain HTTP is for loopback addresses only, not \(listen.host); use listen-tls for others")
    }
    if let listenTLS, !listenTLS.isLoopback {
      if isDevelopment {
        found.append(
          "listen-tls: a development server listens on loopback addresses only, not \(listenTLS.host)")
      } else if certificate == nil {
        found.append(
          "listen-tls: \(listenTLS.host) is not a loopback address, so tls.certificate and tls.key are needed"
        )
      }
    }
    if let listenKMIP, !listenKMIP.isLoopback, isDevelopment {
      found.append(
        "listen-kmip: a development server listens on loopback addresses only, not \(listenKMIP.host)")
    }
    if listen == nil, listenTLS == nil, listenKMIP == nil || !isKMIPDemanded {
      found.append("listen and listen-tls are off, and so is listen-kmip: nobody could connect")
    }
    if account != nil, !isDevelopment {
      found.append("account: only a development server (--dev) lets you choose the account id")
    }
    if seed != nil, !isDevelopment {
      found.append("seed: only a development server (--dev) takes keys from a file")
    }
    if azure.machine != nil, !isDevelopment {
      found.append(
        "azure.machine: only a development server (--dev) takes programs on its machine at their word")
    }
    return found
  }
}
