import KMSDomain

extension Setting {
  static let azure = [
    Setting("azure.domain") { draft, text throws(ValueProblem) in
      draft.result.azure.domain = try Value.domain(text)
    },
    Setting("azure.machine") { draft, text throws(ValueProblem) in
      draft.result.azure.machine = try Value.guid(text)
    },
    Setting("azure.attestation-authorities") { draft, text throws(ValueProblem) in
      draft.result.azure.authoritiesFile = try Value.path(text)
    },
  ]
}

extension Value {
  static func guid(_ text: String) throws(ValueProblem) -> GUID {
    guard let id = GUID(text) else {
      throw ValueProblem("a client id, for example 6f0b0f4e-2a57-4f1c-9a43-0d5c4d1a7b52")
    }
    return id
  }

  /// Labels of letters, digits and hyphens, at least two of them: clients take no certificate for all names right below one label.
  static func domain(_ text: String) throws(ValueProblem) -> String {
    let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    let isSound = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy {
          (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
    }
    guard isSound, labels.count >= 2, text.utf8.count <= 200 else {
      throw ValueProblem("a domain of at least two labels, for example kms.example.com")
    }
    return text.lowercased()
  }
}
