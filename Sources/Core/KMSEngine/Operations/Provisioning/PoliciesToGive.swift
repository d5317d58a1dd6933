package import KMSDomain

/// Policies that somebody is to carry.
package enum PoliciesToGive: Sendable {
  /// Such as stand by themselves; they speak of all keys.
  case attached([IdentityRecord.PolicyReference])
  /// Such as are written for a few keys, by the door, from what policies call those.
  case limited(to: [KeyReference], write: @Sendable ([String]) -> [IdentityRecord.InlinePolicy])

  /// The most policies that can be attached to one: AWS's quota.
  static let mostAttached = 10

  /// What has to be allowed for it; nil when there is nothing to give.
  func action(_ kind: PrincipalKind) -> Action? {
    switch self {
    case .attached(let policies): policies.isEmpty ? nil : kind.attach
    case .limited: kind.put
    }
  }

  /// - Throws: `keyNotFound` or `aliasNotFound` for a key that isn't there.
  func resolve(_ desk: Desk) async throws(KMSError) -> IdentityRecord.Carried {
    switch self {
    case .attached(let policies): return IdentityRecord.Carried(attached: policies)
    case .limited(let keys, let write):
      var names: [String] = []
      for key in keys {
        let name = try await desk.key(key).record.resourceName
        if !names.contains(name) { names.append(name) }
      }
      return IdentityRecord.Carried(inline: write(names))
    }
  }
}

extension IdentityRecord.Carried {
  /// Adds what isn't there; an inline policy replaces the one of its name.
  /// - Throws: `identity(.tooMany)`, `malformedPolicy`; then nothing of it may be kept.
  mutating func add(_ given: IdentityRecord.Carried, _ kind: PrincipalKind, _ desk: Desk) throws(KMSError) {
    for policy in given.attached where !attached.contains(policy) { attached.append(policy) }
    for policy in given.inline {
      _ = try desk.vocabulary.compile(policy.document, as: .identity)
      inline.removeAll { $0.name == policy.name }
      inline.append(policy)
    }
    guard attached.count <= PoliciesToGive.mostAttached else {
      throw .identity(.tooMany(.attachedPolicies, PoliciesToGive.mostAttached))
    }
    let size = inline.reduce(0) { $0 + $1.document.count { !IdentityRecord.Carried.isSpace($0) } }
    guard size <= kind.mostInlineBytes else {
      throw .identity(.tooMany(.inlinePolicySize, kind.mostInlineBytes))
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
