import KMSDomain

/// A method with the permits that it takes.
private struct GuardedCall: Sendable {
  let name: String
  let actions: Set<Action>
  let call: @Sendable (Subject, borrowing Permit) throws -> Void

  static let onKeys = [
    GuardedCall(name: "generate", actions: [.createKey]) { subject, permit in
      _ = try subject.custody.generate(subject.identity, permit: permit)
    },
    GuardedCall(name: "encrypt", actions: [.encrypt, .reEncryptTo]) { subject, permit in
      _ = try subject.custody.encrypt(.test([1, 2, 3]), context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(name: "decrypt", actions: [.decrypt, .reEncryptFrom]) { subject, permit in
      let sealed = try subject.encrypt([1, 2, 3])
      _ = try subject.custody.decrypt(sealed, context: .empty, with: subject.live, permit: permit)
    },
    GuardedCall(name: "generateDataKey", actions: [.generateDataKey, .generateDataKeyWithoutPlaintext]) {
      subject, permit in
      _ = try subject.custody.generateDataKey(
        count: 32, context: .empty, with: subject.live, permit: permit)
    },
  ]
}

extension CustodyConformance {
  static let permitChecks = [
    CustodyConformance("every method takes its own actions and no other") { custody in
      let subject = try Subject(in: custody)
      for method in GuardedCall.onKeys {
        for action in Action.allCases {
          if method.actions.contains(action) {
            try method.call(subject, subject.permit(action))
          } else {
            try refused(.permitMismatch, "\(method.name) by \(action)") {
              try method.call(subject, subject.permit(action))
            }
          }
        }
      }
    },
    CustodyConformance("a permit for another key, another version or none is refused") { custody in
      let subject = try Subject(in: custody)
      let (key, version) = (subject.identity.key, subject.identity.version)
      let otherKey = KeyID(Bits128(high: 1, low: 1))
      let otherVersion = VersionID(Bits128(high: 1, low: 1))
      let wrong: [(KeyID?, VersionID?)] = [
        (otherKey, version), (key, otherVersion), (otherKey, otherVersion), (key, nil), (nil, version),
        (nil, nil),
        (KeyID(version.bits), VersionID(key.bits)),
      ]
      for method in GuardedCall.onKeys {
        for action in method.actions {
          for (key, version) in wrong {
            try refused(.permitMismatch, "\(method.name) for another key or version") {
              try method.call(subject, Permits.permit(action, key: key, version: version))
            }
          }
        }
      }
    },
    CustodyConformance("random bytes need the permit for random bytes, without a key") { custody in
      let subject = try Subject(in: custody)
      for action in Action.allCases where action != .generateRandom {
        try refused(.permitMismatch, "random by \(action)") {
          try custody.random(count: 16, permit: Permits.permit(action))
        }
      }
      try refused(.permitMismatch, "random by a permit for a key") {
        try custody.random(count: 16, permit: subject.permit(.generateRandom))
      }
      let bytes = try custody.random(count: 16, permit: Permits.permit(.generateRandom)).testBytes()
      try expect(bytes.count == 16, "16 bytes were asked for")
    },
    CustodyConformance("a live key of another custody is refused") { custody in
      let subject = try Subject(in: custody)
      let foreign = ForeignKey(key: subject.identity.key, version: subject.identity.version)
      let sealed = try subject.encrypt([1])
      try refused(.permitMismatch, "encrypt with a foreign key") {
        try custody.encrypt(.test([1]), context: .empty, with: foreign, permit: subject.permit(.encrypt))
      }
      try refused(.permitMismatch, "decrypt with a foreign key") {
        try custody.decrypt(sealed, context: .empty, with: foreign, permit: subject.permit(.decrypt))
      }
      try refused(.permitMismatch, "a data key with a foreign key") {
        try custody.generateDataKey(
          count: 32, context: .empty, with: foreign, permit: subject.permit(.generateDataKey))
      }
    },
  ]
}

private final class ForeignKey: LiveKey {
  let key: KeyID
  let version: VersionID

  init(key: KeyID, version: VersionID) {
    self.key = key
    self.version = version
  }
}
