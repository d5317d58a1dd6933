import AdminAPI
import AzureRoles
import KMSDomain
import KMSEngine

// Vaults, and who may do what in them.
extension AdminCall {
  func createVault(_ wanted: NewVault) async throws -> VaultDetails {
    let operation = "CreateVault"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.name, operation)
    guard Vault.retention.contains(wanted.retentionDays) else {
      throw try await refuse(.invalidRequest("retention is from 7 to 90 days"), operation: operation)
    }
    var administrator: String?
    if let text = wanted.administrator {
      administrator = try await principal(text, in: account, operation)
    }
    let home = Keyring(
      account: account, region: wanted.region ?? desk.connection().region,
      kind: wanted.isManagedHSM ? .managedHSM : .vault)
    var vault = try await run(
      CreateVault(
        name, in: home, retentionDays: wanted.retentionDays, isPurgeProtected: wanted.isPurgeProtected,
        authorization: wanted.hasAccessPolicies ? .accessPolicies : .roles))
    if let administrator { vault = try await beforehand.administer(vault, by: administrator) }
    return details(vault)
  }

  /// Lets an application do everything with what is in a vault.
  private func administer(_ vault: Vault, by principal: String) async throws -> Vault {
    let account = vault.home.account
    switch vault.authorization {
    case .accessPolicies:
      return try await run(
        ChangeVault.permit(["keys/all", "secrets/all"], to: principal, in: vault.name, of: account))
    case .roles:
      // The administrator of a managed HSM may do nothing with its keys, and who uses them can't bring them back, as with Azure's.
      let roles =
        vault.home.kind == .managedHSM
        ? ["Administrator", "Crypto Officer", "Crypto User"] : ["Key Vault Administrator"]
      var vault = vault
      for role in roles.compactMap({ AzureRole.builtIn($0, in: DataAction.Provider(vault.home.kind)) }) {
        vault = try await beforehand.run(
          ChangeVault.assign(assignment(role.id, principal, "/"), in: vault.name, of: account))
      }
      return vault
    }
  }

  func listVaults(_ wanted: ListRequest) async throws -> VaultList {
    let operation = "ListVaults"
    let account = try await account(wanted.account, operation)
    var marker: VaultName?
    if let text = wanted.marker { marker = try await vaultName(text, operation) }
    let page = try await run(ListVaults(of: account, after: marker, limit: AdminCall.pageSize))
    return VaultList(vaults: page.items.map(details), next: page.next)
  }

  func showVault(_ wanted: VaultRequest) async throws -> VaultDetails {
    let operation = "DescribeVault"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.name, operation)
    return details(try await run(ReadVault(operation, .describeVault, of: name, in: account)))
  }

  func deleteVault(_ wanted: VaultRequest) async throws -> VaultDetails {
    let account = try await account(wanted.account, "DeleteVault")
    let name = try await vaultName(wanted.name, "DeleteVault")
    return details(try await run(ChangeVault.delete(name, in: account)))
  }

  func recoverVault(_ wanted: VaultRequest) async throws -> VaultDetails {
    let account = try await account(wanted.account, "RecoverVault")
    let name = try await vaultName(wanted.name, "RecoverVault")
    return details(try await run(ChangeVault.recover(name, in: account)))
  }

  func assignRole(_ wanted: NewRoleAssignment) async throws -> VaultDetails {
    let operation = "WriteRoleAssignment"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.vault, operation)
    let principal = try await principal(wanted.principal, in: account, operation)
    let vault = try await beforehand.run(ReadVault("DescribeVault", .describeVault, of: name, in: account))
    let provider = DataAction.Provider(vault.home.kind)
    let custom = vault.roles.first { $0.id == wanted.role.lowercased() || $0.name == wanted.role }
    guard let role = custom?.id ?? AzureRole.builtIn(wanted.role, in: provider)?.id else {
      let known = AzureRole.builtIn(in: provider).map(\.name).joined(separator: ", ")
      throw try await refuse(
        .invalidRequest("there is no role \(wanted.role); there are \(known)"), operation: operation)
    }
    guard let scope = AdminCall.scope(wanted.scope) else {
      throw try await refuse(
        .invalidRequest("a scope is /, /keys, /secrets, or one of these with a name behind it"),
        operation: operation)
    }
    return details(
      try await run(ChangeVault.assign(assignment(role, principal, scope), in: name, of: account)))
  }

  func unassignRole(_ wanted: RoleAssignmentRequest) async throws -> VaultDetails {
    let operation = "DeleteRoleAssignment"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.vault, operation)
    return details(
      try await run(ChangeVault.removeAssignment(wanted.assignment.lowercased(), in: name, of: account)))
  }

  func permitInVault(_ wanted: NewAccessPolicy) async throws -> VaultDetails {
    let operation = "UpdateVault"
    let account = try await account(wanted.account, operation)
    let name = try await vaultName(wanted.vault, operation)
    let principal = try await principal(wanted.principal, in: account, operation)
    let permissions = wanted.permissions.map { $0.lowercased() }
    if let wrong = permissions.first(where: { !AccessPermissions.names.contains($0) }) {
      throw try await refuse(
        .invalidRequest(
          "\(wrong) is no permission; \(AccessPermissions.names.sorted().joined(separator: ", ")) are"),
        operation: operation)
    }
    return details(try await run(ChangeVault.permit(permissions, to: principal, in: name, of: account)))
  }
}

extension AdminCall {
  func vaultName(_ text: String, _ operation: String) async throws -> VaultName {
    guard let name = VaultName(text) else {
      throw try await refuse(
        .invalidRequest(
          "a vault's name has 3 to 24 letters, digits and single hyphens, begins with a letter and doesn't end with a hyphen"
        ), operation: operation)
    }
    return name
  }

  /// What role assignments call an application: of one that is there also by its client id.
  private func principal(_ text: String, in account: AccountID, _ operation: String) async throws -> String {
    guard let id = GUID(text) else {
      throw try await refuse(
        .invalidRequest("an application is named by its client id or its object id"), operation: operation)
    }
    do throws(KMSError) {
      return try await beforehand.run(DescribeApplication(id, in: account)).application.objectID.text
    } catch .identity(.applicationNotFound) {
      return id.text
    }
  }

  private func assignment(_ role: String, _ principal: String, _ scope: String) -> RoleAssignment {
    RoleAssignment(
      id: GUID.random(desk.engine.desk.randomness).text, role: role, principal: principal, scope: scope)
  }

  /// - Returns: nil for what is no place in a vault.
  private static func scope(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard parts.count <= 2 else { return nil }
    guard let first = parts.first else { return "/" }
    guard VaultPlace.Collection(rawValue: first.lowercased()) != nil else { return nil }
    return "/" + ([first.lowercased()] + parts.dropFirst()).joined(separator: "/")
  }

  func details(_ vault: Vault) -> VaultDetails {
    let provider = DataAction.Provider(vault.home.kind)
    let connection = desk.connection()
    // Vaults have names of their own at the port where TLS is spoken.
    let port = connection.tlsEndpoint?.split(separator: ":").last.flatMap { UInt16($0) }
    let hosts = provider == .managedHSM ? "managedhsm" : "vault"
    let end = desk.azureDomain + (port.map { ":\($0)" } ?? "")
    let isOpen = connection.tlsEndpoint != nil
    return VaultDetails(
      name: vault.name.text, isManagedHSM: provider == .managedHSM,
      url: isOpen ? "https://\(vault.name.text).\(hosts).\(end)" : nil,
      authority: isOpen ? "https://login.\(end)" : nil, tenantID: vault.home.account.tenant.text,
      region: vault.home.region, retentionDays: vault.retentionDays,
      isPurgeProtected: vault.isPurgeProtected, hasAccessPolicies: vault.authorization == .accessPolicies,
      assignments: vault.assignments.map {
        let role = $0.role
        let name =
          AzureRole.builtIn(role, in: provider)?.name
          ?? vault.roles.first { $0.id == role }?.name ?? role
        return VaultDetails.Assignment(id: $0.id, role: name, principal: $0.principal, scope: $0.scope)
      },
      accessPolicies: vault.accessPolicies.map {
        VaultDetails.AccessPolicy(principal: $0.principal, permissions: $0.permissions)
      },
      createdAt: vault.createdAt.rfc3339, deletedAt: vault.deletedAt?.rfc3339,
      authorityFile: connection.authorityFile)
  }
}

extension DataAction.Provider {
  fileprivate init(_ kind: Keyring.Kind) { self = kind == .managedHSM ? .managedHSM : .vault }
}
