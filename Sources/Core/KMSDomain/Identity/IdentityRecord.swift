/// An identity's own id: opaque, never reused.
package struct IdentityID: Hashable, Sendable {
  package let text: String
  package init(_ text: String) { self.text = text }
}

/// What there is among an account's identities. Raw values are stored.
package enum IdentityKind: UInt8, CaseIterable, Sendable {
  /// The account itself: whoever acts as its root.
  case root = 1
  case user = 2
  case group = 3
  case role = 4
  /// A policy that stands by itself, to be attached.
  case policy = 5
  /// An issuer of tokens that the account trusts.
  case provider = 6
}

/// A name that leads to one identity of an account. Letters are the same in both cases (ASCII).
package struct IdentityName: Hashable, Sendable {
  package let account: AccountID
  package let kind: IdentityKind
  package let text: String

  package init(_ kind: IdentityKind, _ text: String, in account: AccountID) {
    self.account = account
    self.kind = kind
    self.text = text
  }

  /// The same for all names that lead to the same identity.
  package var folded: String {
    String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}

/// Somebody or something of an account that policies speak of: who there is, and what they carry.
package struct IdentityRecord: Hashable, Sendable {
  package let id: IdentityID
  package let account: AccountID
  package var name: String
  /// Begins and ends with a slash.
  package var path: String
  package let createdAt: Instant
  package var tags: [Tag]
  package var body: Body
  /// Grows with every change.
  package var generation: UInt64
  package private(set) var origin: Origin

  /// In which form the record was written: its code covers that form until it is changed for the first time.
  package enum Origin: Hashable, Sendable {
    case identity
    /// Of the first form, which had users with inline policies only.
    case principal(name: String, userName: String?)
  }

  package indirect enum Body: Hashable, Sendable {
    case root
    case user(User)
    case group(Carried)
    case role(Role)
    case policy(ManagedPolicy)
    case provider(Provider)
  }

  package init(
    id: IdentityID, account: AccountID, name: String, path: String = "/", createdAt: Instant,
    tags: [Tag] = [], body: Body, generation: UInt64 = 0, origin: Origin = .identity
  ) {
    self.origin = origin
    self.id = id
    self.account = account
    self.name = name
    self.path = path
    self.createdAt = createdAt
    self.tags = tags
    self.body = body
    self.generation = generation
  }
}

extension IdentityRecord {
  /// A policy that is part of what carries it.
  package struct InlinePolicy: Hashable, Sendable {
    package let name: String
    /// As it was received, byte for byte.
    package let document: [UInt8]

    package init(name: String, document: [UInt8]) {
      self.name = name
      self.document = document
    }
  }

  /// A policy that stands by itself.
  package enum PolicyReference: Hashable, Sendable {
    /// Of the account.
    case own(IdentityID)
    /// One that every account has, by what policies call it.
    case builtIn(String)
  }

  /// The policies of a user, group or role.
  package struct Carried: Hashable, Sendable {
    /// AWS's quota of policies that stand by themselves.
    package static let mostAttached = 10

    package var inline: [InlinePolicy]
    package var attached: [PolicyReference]
    /// What all of them together can allow at most; nil without a limit. Groups have none.
    package var boundary: PolicyReference?

    package init(
      inline: [InlinePolicy] = [], attached: [PolicyReference] = [], boundary: PolicyReference? = nil
    ) {
      self.inline = inline
      self.attached = attached
      self.boundary = boundary
    }
  }

  package struct User: Hashable, Sendable {
    /// AWS's quota.
    package static let mostGroups = 10

    package var carried: Carried
    package var groups: [IdentityID]

    package init(carried: Carried = Carried(), groups: [IdentityID] = []) {
      self.carried = carried
      self.groups = groups
    }
  }

  package struct Role: Hashable, Sendable {
    package var carried: Carried
    /// Who may act as it: a policy document, byte for byte.
    package var trust: [UInt8]
    package var description: String
    /// The longest session, in seconds: 3,600 to 43,200.
    package var maxSessionSeconds: Int

    package init(carried: Carried = Carried(), trust: [UInt8], description: String, maxSessionSeconds: Int) {
      self.carried = carried
      self.trust = trust
      self.description = description
      self.maxSessionSeconds = maxSessionSeconds
    }
  }

  package struct ManagedPolicy: Hashable, Sendable {
    /// The most versions that are kept at once.
    package static let mostVersions = 5

    package struct Version: Hashable, Sendable {
      package let number: Int
      package let document: [UInt8]
      package let createdAt: Instant

      package init(number: Int, document: [UInt8], createdAt: Instant) {
        self.number = number
        self.document = document
        self.createdAt = createdAt
      }
    }

    package var description: String
    /// Never empty, the oldest first.
    package var versions: [Version]
    package var defaultVersion: Int
    /// Numbers are not used again.
    package var nextVersion: Int
    package var updatedAt: Instant

    package init(
      description: String, versions: [Version], defaultVersion: Int, nextVersion: Int, updatedAt: Instant
    ) {
      self.description = description
      self.versions = versions
      self.defaultVersion = defaultVersion
      self.nextVersion = nextVersion
      self.updatedAt = updatedAt
    }

    /// The version in force; nil for a record that can't be.
    package var current: Version? { versions.first { $0.number == defaultVersion } }
  }

  /// The record's name is the issuer's URL without its scheme.
  package struct Provider: Hashable, Sendable {
    /// The audiences that its tokens may be for.
    package var clientIDs: [String]
    /// Of its certificate authority: kept, and not what this server trusts by.
    package var thumbprints: [String]

    package init(clientIDs: [String], thumbprints: [String]) {
      self.clientIDs = clientIDs
      self.thumbprints = thumbprints
    }
  }
}

extension IdentityRecord {
  package var kind: IdentityKind {
    switch body {
    case .root: .root
    case .user: .user
    case .group: .group
    case .role: .role
    case .policy: .policy
    case .provider: .provider
    }
  }

  package var reference: IdentityName { IdentityName(kind, name, in: account) }

  /// The same, as it is to be written after a change.
  package func advanced() -> IdentityRecord {
    var next = self
    next.generation &+= 1
    next.origin = .identity
    return next
  }

  /// The policies that it carries; none for those that carry none.
  package var carried: Carried {
    get {
      switch body {
      case .user(let user): user.carried
      case .group(let carried): carried
      case .role(let role): role.carried
      case .root, .policy, .provider: Carried()
      }
    }
    set {
      switch body {
      case .user(var user):
        user.carried = newValue
        body = .user(user)
      case .group: body = .group(newValue)
      case .role(var role):
        role.carried = newValue
        body = .role(role)
      case .root, .policy, .provider: return
      }
    }
  }

  /// The other identities that it names: they can't be removed while it does.
  package var references: [IdentityID] {
    var result: [IdentityID] = []
    if case .user(let user) = body { result += user.groups }
    let policies = carried.attached + [carried.boundary].compactMap { $0 }
    for case .own(let id) in policies where !result.contains(id) { result.append(id) }
    return result
  }
}
