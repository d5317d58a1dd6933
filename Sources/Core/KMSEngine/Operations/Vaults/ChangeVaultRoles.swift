package import KMSDomain

// Who has which role in a vault, and what its own roles are.

extension ChangeVault {
  /// Gives somebody a role. The same role at the same place is given once.
  /// - Parameters:
  ///   - place: where the role is given, for those who may give roles there alone; nil: the right is asked for the whole vault.
  ///   - check: whether there is such a role, and whether it can be given there. Only those who have the right hear of it.
  package static func assign(
    _ assignment: RoleAssignment, in name: VaultName, of account: AccountID, at place: VaultPlace? = nil,
    check: @escaping @Sendable (Vault) throws(KMSError) -> Void = { (_) throws(KMSError) in }
  ) -> ChangeVault {
    ChangeVault(
      "WriteRoleAssignment", .writeRoleAssignment, of: name, in: account, at: place,
      details: assignment.details
    ) { (vault, _) throws(KMSError) in
      try check(vault)
      let isSame = { (other: RoleAssignment) in
        other.id == assignment.id
          || other.role == assignment.role && other.principal == assignment.principal
            && other.scope == assignment.scope
      }
      if let other = vault.assignments.first(where: isSame) { throw .vault(.assignmentExists(other.id)) }
      guard vault.assignments.count < Vault.mostAssignments else { throw .vault(.tooMany("assignments")) }
      var vault = vault
      vault.assignments.append(assignment)
      return vault
    }
  }

  /// - Parameters:
  ///   - scope: where it must have been given; nil: wherever it was.
  ///   - place: the same as the right is asked for; nil: for the whole vault.
  /// - Throws: at run, `assignmentNotFound`.
  package static func removeAssignment(
    _ id: String, givenAt scope: String? = nil, in name: VaultName, of account: AccountID,
    at place: VaultPlace? = nil
  ) -> ChangeVault {
    ChangeVault(
      "DeleteRoleAssignment", .deleteRoleAssignment, of: name, in: account, at: place,
      details: [AuditRecord.Detail(name: "assignment", value: id)]
    ) { (vault, _) throws(KMSError) in
      // One that was given elsewhere isn't there: who may take roles at one place may not take those of another.
      let isMeant = { (other: RoleAssignment) in
        other.id == id && (scope == nil || other.scope.lowercased() == scope?.lowercased())
      }
      guard let place = vault.assignments.firstIndex(where: isMeant) else {
        throw .vault(.assignmentNotFound(id))
      }
      var vault = vault
      vault.assignments.remove(at: place)
      return vault
    }
  }

  /// Says what a role of the vault's own lets somebody do: a new one, or one that is there.
  /// - Throws: at run, `tooMany`.
  package static func define(
    _ role: VaultRole, in name: VaultName, of account: AccountID
  ) -> ChangeVault {
    let details = [
      ("role", role.id), ("dataActions", role.dataActions.joined(separator: " ")),
      ("notDataActions", role.notDataActions.joined(separator: " ")),
    ].map { AuditRecord.Detail(name: $0.0, value: $0.1) }
    return ChangeVault(
      "WriteRoleDefinition", .writeRoleDefinition, of: name, in: account, details: details
    ) { (vault, _) throws(KMSError) in
      var vault = vault
      if let place = vault.roles.firstIndex(where: { $0.id == role.id }) {
        vault.roles[place] = role
        return vault
      }
      guard vault.roles.count < Vault.mostRoles else { throw .vault(.tooMany("roles")) }
      vault.roles.append(role)
      return vault
    }
  }

  /// - Throws: at run, `roleNotFound`, and `roleInUse` as long as somebody has it.
  package static func removeRole(
    _ id: String, in name: VaultName, of account: AccountID
  ) -> ChangeVault {
    ChangeVault(
      "DeleteRoleDefinition", .deleteRoleDefinition, of: name, in: account,
      details: [AuditRecord.Detail(name: "role", value: id)]
    ) { (vault, _) throws(KMSError) in
      guard let place = vault.roles.firstIndex(where: { $0.id == id }) else {
        throw .vault(.roleNotFound(id))
      }
      guard !vault.assignments.contains(where: { $0.role == id }) else { throw .vault(.roleInUse(id)) }
      var vault = vault
      vault.roles.remove(at: place)
      return vault
    }
  }
}

extension RoleAssignment {
  fileprivate var details: [AuditRecord.Detail] {
    [("assignment", id), ("role", role), ("principal", principal), ("scope", scope)].map {
      AuditRecord.Detail(name: $0.0, value: $0.1)
    }
  }
}
