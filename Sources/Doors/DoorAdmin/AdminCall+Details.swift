import AdminAPI
import KMSDomain

extension AdminCall {
  /// - Parameter related: the groups and policies of the account that it names; without them they go by their ids.
  func details(
    _ record: IdentityRecord, _ related: [IdentityRecord] = [], _ accessKeys: [AccessKeyRecord] = [],
    _ certificates: [ClientCertificate] = []
  ) -> IdentityDetails {
    let names = Dictionary(related.map { ($0.id, $0) }) { first, _ in first }
    var trust: String?
    var groups: [IdentityID] = []
    switch record.body {
    case .user(let user): groups = user.groups
    case .role(let role): trust = String(decoding: role.trust, as: UTF8.self)
    case .root, .group, .policy, .provider: break
    }
    return IdentityDetails(
      account: record.account.text, name: record.name, arn: name(of: record), id: record.id.text,
      createdAt: record.createdAt.rfc3339, policies: policies(record.carried, names),
      boundary: record.carried.boundary.map { name(of: $0, names) },
      groups: groups.map { names[$0]?.name ?? $0.text },
      accessKeys: accessKeys.map {
        IdentityDetails.AccessKey(
          accessKeyID: $0.id, isActive: $0.isActive, createdAt: $0.createdAt.rfc3339)
      }, certificates: certificates.map { entry($0, name: record.name) }, trust: trust)
  }

  private func policies(
    _ carried: IdentityRecord.Carried, _ names: [IdentityID: IdentityRecord]
  ) -> [IdentityDetails.Policy] {
    let roles = desk.words.readyMadeRoles
    let attached = carried.attached.map { reference in
      let name = name(of: reference, names)
      return IdentityDetails.Policy(
        name: name, role: roles.first { $0.policy == name }?.name, document: nil)
    }
    let inline = carried.inline.map { policy in
      IdentityDetails.Policy(
        name: policy.name, role: roles.first { $0.inlineName == policy.name }?.name,
        document: String(decoding: policy.document, as: UTF8.self))
    }
    return attached + inline
  }

  private func name(
    of reference: IdentityRecord.PolicyReference, _ names: [IdentityID: IdentityRecord]
  ) -> String {
    switch reference {
    case .builtIn(let name): name
    case .own(let id): names[id].map { self.name(of: $0) } ?? id.text
    }
  }
}
