import KMSDomain

extension Configuration {
  /// A token of a PKCS#11 module, for whatever is to be kept on one.
  package struct PKCS11: Sendable, Equatable {
    package enum Token: Sendable, Equatable {
      case label(String)
      case serial(String)
    }

    package enum PIN: Sendable, Equatable {
      case file(path: String)
      /// The name of an environment variable.
      case variable(name: String)
      /// People type it.
      case prompt
    }

    package let module: String
    package let token: Token
    package let pin: PIN
    /// Calls at a time; the token's own limit may be lower.
    package var sessions = 8
    /// Calls that wait for a session.
    package var queue = 256
    package var deadline = Duration.seconds(5)
  }

  /// Where new keys of the AWS API have their material.
  package enum KeyPlace: String, CaseIterable, Sendable {
    case software
    case hsm
  }
}

/// What the sources say of a token, before it is whole.
struct PKCS11Draft: Sendable {
  var module: String?
  var label: String?
  var serial: String?
  var pinFile: String?
  var pinVariable: String?
  var pinIsTyped = false
  var sessions: Int?
  var queue: Int?
  var deadline: Duration?

  /// - Returns: nil when nothing is said of it, or when what is said makes no sense.
  func finish(_ problems: inout [ConfigurationProblem]) -> Configuration.PKCS11? {
    let named = [module, label, serial, pinFile, pinVariable]
    guard pinIsTyped || named.contains(where: { $0 != nil }) else { return nil }
    guard let module else { return refuse("pkcs11.module must name the module's file", &problems) }
    guard let token = token(&problems), let pin = pin(&problems) else { return nil }
    var result = Configuration.PKCS11(module: module, token: token, pin: pin)
    if let sessions { result.sessions = sessions }
    if let queue { result.queue = queue }
    if let deadline { result.deadline = deadline }
    return result
  }

  private func token(_ problems: inout [ConfigurationProblem]) -> Configuration.PKCS11.Token? {
    switch (label, serial) {
    case (.some(let label), .none): .label(label)
    case (.none, .some(let serial)): .serial(serial)
    case (.some, .some), (.none, .none):
      refuse("one of pkcs11.token and pkcs11.serial must name the token", &problems)
    }
  }

  private func pin(_ problems: inout [ConfigurationProblem]) -> Configuration.PKCS11.PIN? {
    switch (pinFile, pinVariable, pinIsTyped) {
    case (.some(let path), .none, false): .file(path: path)
    case (.none, .some(let name), false): .variable(name: name)
    case (.none, .none, true): .prompt
    case (.some, .some, _), (.some, .none, true), (.none, .some, true), (.none, .none, false):
      refuse("the token needs one of pkcs11.pin-file, pkcs11.pin-variable and pkcs11.pin: prompt", &problems)
    }
  }

  private func refuse<Ignored>(_ what: String, _ problems: inout [ConfigurationProblem]) -> Ignored? {
    problems.append(ConfigurationProblem(what))
    return nil
  }
}

extension Setting {
  static let pkcs11 = [
    Setting("pkcs11.module") { draft, text throws(ValueProblem) in
      draft.pkcs11.module = try Value.path(text)
    },
    Setting("pkcs11.token") { draft, text throws(ValueProblem) in
      draft.pkcs11.label = try Value.tokenName(text, most: 32)
    },
    Setting("pkcs11.serial") { draft, text throws(ValueProblem) in
      draft.pkcs11.serial = try Value.tokenName(text, most: 16)
    },
    Setting("pkcs11.pin-file") { draft, text throws(ValueProblem) in
      draft.pkcs11.pinFile = try Value.path(text)
    },
    Setting("pkcs11.pin-variable") { draft, text throws(ValueProblem) in
      draft.pkcs11.pinVariable = try Value.variable(text)
    },
    Setting("pkcs11.pin") { draft, text throws(ValueProblem) in
      // Nothing else, so that nobody writes the PIN itself here.
      guard text == "prompt" else { throw ValueProblem("prompt, which has people type the PIN") }
      draft.pkcs11.pinIsTyped = true
    },
    Setting("pkcs11.sessions") { draft, text throws(ValueProblem) in
      draft.pkcs11.sessions = try Value.count(text, from: 1, to: 1000)
    },
    Setting("pkcs11.queue") { draft, text throws(ValueProblem) in
      draft.pkcs11.queue = try Value.count(text, from: 1, to: 100_000)
    },
    Setting("pkcs11.deadline") { draft, text throws(ValueProblem) in
      draft.pkcs11.deadline = try Value.duration(text, from: .milliseconds(100), to: .seconds(600))
    },
    Setting("custody.keys") { draft, text throws(ValueProblem) in
      draft.result.keyPlace = try Value.choice(text)
    },
  ]
}

extension Value {
  /// A label or a serial number, as tokens have them.
  fileprivate static func tokenName(_ text: String, most: Int) throws(ValueProblem) -> String {
    guard !text.isEmpty, text.utf8.count <= most else {
      throw ValueProblem("1 to \(most) bytes")
    }
    return text
  }
}
