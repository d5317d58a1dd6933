package import KMSDomain

/// An operation on whether a user is in a group. The right is asked for the group; what changes is the user.
package protocol MembershipChange: IdentityWork where Answer == Void {
  var user: IdentityName { get }
  /// - Parameter groups: those of the user.
  func change(_ groups: inout [IdentityID], _ group: IdentityID) throws(KMSError)
}

extension MembershipChange {
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "user", value: user.text)] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.second = try await desk.identity(user).record
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let group = try prepared.present()
    guard let before = prepared.other.second, case .user(var body) = before.body else {
      throw .identity(.notFound(.user, user.text))
    }
    try change(&body.groups, group.id)
    var member = before
    member.body = .user(body)
    guard member != before else { return Performed(()) }
    return Performed(
      (), change: .updateIdentity(desk.seal(member.advanced()), expecting: before.generation))
  }
}

/// Makes a user a member of a group, which changes nothing for one who is.
package struct AddUserToGroup: MembershipChange {
  package typealias Prepared = FoundIdentity

  package let identity: IdentityName
  package let user: IdentityName

  package init(_ user: IdentityName, to group: IdentityName) {
    identity = group
    self.user = user
  }

  package let operation = "AddUserToGroup"
  package let action = Action.addUserToGroup

  package func change(_ groups: inout [IdentityID], _ group: IdentityID) throws(KMSError) {
    guard !groups.contains(group) else { return }
    guard groups.count < IdentityRecord.User.mostGroups else {
      throw .identity(.tooMany(.groupsOfUser, IdentityRecord.User.mostGroups))
    }
    groups.append(group)
  }
}

/// Ends a membership; somebody who isn't a member stays none.
package struct RemoveUserFromGroup: MembershipChange {
  package typealias Prepared = FoundIdentity

  package let identity: IdentityName
  package let user: IdentityName

  package init(_ user: IdentityName, from group: IdentityName) {
    identity = group
    self.user = user
  }

  package let operation = "RemoveUserFromGroup"
  package let action = Action.removeUserFromGroup

  package func change(_ groups: inout [IdentityID], _ group: IdentityID) throws(KMSError) {
    groups.removeAll { $0 == group }
  }
}
