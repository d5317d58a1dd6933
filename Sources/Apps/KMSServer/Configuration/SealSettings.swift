import CustodySoftware

extension ConfigurationDraft {
  /// The seal that the settings describe.
  /// - Parameter token: what the settings say of a token.
  /// - Returns: nil where they contradict each other; then there is a problem more.
  func seal(
    _ problems: inout [ConfigurationProblem], token: Configuration.PKCS11?
  ) -> Configuration.SealSource? {
    let stray = strays.filter { $0.kind != sealKind && $0.isSet }.map(\.name)
    guard stray.isEmpty else {
      problems.append(
        ConfigurationProblem(
          "\(stray.joined(separator: " and ")): not for seal.kind \(sealKind.rawValue); take it out, or change seal.kind"
        ))
      return nil
    }
    switch sealKind {
    case .file: return .keyFile(path: sealPath)
    case .passphrase: return passphrase(&problems)
    case .shamir: return shamir(&problems)
    case .awskms: return remote(&problems)
    case .pkcs11:
      if let token { return .token(token) }
      problems.append(ConfigurationProblem("seal.kind pkcs11 needs a token: set pkcs11.module"))
      return nil
    }
  }

  /// What only one kind has a use for.
  fileprivate var strays: [(name: String, kind: SealKind, isSet: Bool)] {
    [
      ("seal.path", .file, sealPath != nil),
      ("seal.passphrase-file", .passphrase, passphraseFile != nil),
      ("seal.passphrase-variable", .passphrase, passphraseVariable != nil),
      ("seal.threshold", .shamir, sealThreshold != nil), ("seal.shares", .shamir, sealShares != nil),
      ("seal.key", .awskms, sealRemote.key != nil), ("seal.region", .awskms, sealRemote.region != nil),
      ("seal.endpoint", .awskms, sealRemote.endpoint != nil),
      ("seal.credentials-file", .awskms, sealRemote.credentialsFile != nil),
      ("seal.ca-file", .awskms, sealRemote.authorities != nil),
    ]
  }

  private func passphrase(_ problems: inout [ConfigurationProblem]) -> Configuration.SealSource? {
    switch (passphraseFile, passphraseVariable) {
    case (.some(let path), .none): return .passphraseFile(path: path)
    case (.none, .some(let name)): return .passphraseVariable(name: name)
    case (.none, .none): return .passphrasePrompt
    case (.some, .some):
      problems.append(
        ConfigurationProblem(
          "seal.kind passphrase takes one of seal.passphrase-file and seal.passphrase-variable, or neither: then people type it"
        ))
      return nil
    }
  }

  private func shamir(_ problems: inout [ConfigurationProblem]) -> Configuration.SealSource? {
    guard let threshold = sealThreshold, let shares = sealShares,
      SharedParameters(threshold: threshold, parts: shares) != nil
    else {
      problems.append(
        ConfigurationProblem(
          "seal.kind shamir needs seal.shares, how many there are, and seal.threshold, how many of them open")
      )
      return nil
    }
    return .shamir(threshold: threshold, shares: shares)
  }

  private func remote(_ problems: inout [ConfigurationProblem]) -> Configuration.SealSource? {
    guard let key = sealRemote.key, let region = sealRemote.region else {
      problems.append(ConfigurationProblem("seal.kind awskms needs seal.key and seal.region"))
      return nil
    }
    return .awskms(
      Configuration.RemoteKey(
        key: key, region: region, endpoint: sealRemote.endpoint,
        credentialsFile: sealRemote.credentialsFile, authorities: sealRemote.authorities))
  }
}

extension ConfigurationSources {
  /// The seal that settings describe which a command was given, each by its name in the configuration.
  /// - Parameter token: the configuration's, which a command can't change.
  /// - Throws: `ConfigurationProblems`, also for settings of anything but the seal.
  static func seal(
    _ settings: [String: String], token: Configuration.PKCS11?
  ) throws(ConfigurationProblems) -> Configuration.SealSource {
    var draft = ConfigurationDraft()
    var problems: [ConfigurationProblem] = []
    let known = ["seal.kind"] + draft.strays.map(\.name)
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name), let setting = Setting.named(name) else {
        problems.append(ConfigurationProblem("\(name): \(refusal(of: name))"))
        continue
      }
      do throws(ValueProblem) {
        try setting.apply(&draft, text)
      } catch {
        problems.append(ConfigurationProblem("\(name): expected \(error.expected)"))
      }
    }
    let seal = draft.seal(&problems, token: token)
    guard let seal, problems.isEmpty else { throw ConfigurationProblems(all: problems) }
    return seal
  }

  private static func refusal(of name: String) -> String {
    name == "seal.directory"
      ? "says where the erasure secret lies, which a new root leaves alone: stop the server, move the folder, then change the configuration"
      : "no setting of the seal that a command can change"
  }
}
