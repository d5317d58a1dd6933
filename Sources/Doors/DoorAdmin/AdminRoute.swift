import AdminAPI
import Hummingbird
import KMSEngine

/// A call of the admin API that is described by its endpoint alone.
struct AdminRoute: Sendable {
  let path: String
  let run: @Sendable (Request, AdminCall) async throws -> Response

  /// - Parameter operation: the audit record's word, for a body that isn't one.
  init<Body, Answer>(
    _ endpoint: AdminEndpoint<Body, Answer>, _ operation: String,
    _ work: @escaping @Sendable (AdminCall, Body) async throws -> Answer
  ) {
    path = endpoint.path
    run = { request, call in
      let body: Body = try await call.decode(request, operation: operation)
      return try AdminWire.response(try await work(call, body))
    }
  }

  /// For a body with a secret in it.
  init<Body, Input, Answer>(
    _ endpoint: AdminEndpoint<Body, Answer>,
    reading read: @escaping @Sendable (AdminCall, Request) async throws -> Input,
    _ work: @escaping @Sendable (AdminCall, Input) async throws -> Answer
  ) {
    path = endpoint.path
    run = { request, call in
      try AdminWire.response(try await work(call, try await read(call, request)))
    }
  }

  static let all = Dictionary(
    uniqueKeysWithValues: (accounts + users + accessKeys + roles + policies + kmipClients + applications
      + vaults + seals + epochs).map {
        ($0.path, $0)
      })

  private static let accounts = [
    AdminRoute(AdminAPI.createAccount, "CreateAccount") { try await $0.createAccount($1) },
    AdminRoute(AdminAPI.listAccounts, "ListAccounts") { try await $0.listAccounts($1) },
  ]

  private static let users = [
    AdminRoute(AdminAPI.createUser, "SetUpUser") { try await $0.createUser($1) },
    AdminRoute(AdminAPI.listUsers, "ListUsers") { try await $0.list(.user, $1) },
    AdminRoute(AdminAPI.showUser, "DescribeIdentity") { try await $0.show(.user, $1) },
    AdminRoute(AdminAPI.deleteUser, "RemoveIdentity") { try await $0.delete(.user, $1) },
    AdminRoute(AdminAPI.grantToUser, "GivePolicies") { try await $0.grantRole(to: .user, $1) },
    AdminRoute(AdminAPI.revokeFromUser, "TakePolicies") { try await $0.revokeRole(from: .user, $1) },
  ]

  private static let accessKeys = [
    AdminRoute(AdminAPI.createAccessKey, "CreateAccessKey") { try await $0.createAccessKey($1) },
    AdminRoute(AdminAPI.updateAccessKey, "UpdateAccessKey") { try await $0.updateAccessKey($1) },
    AdminRoute(AdminAPI.deleteAccessKey, "DeleteAccessKey") { try await $0.deleteAccessKey($1) },
  ]

  private static let roles = [
    AdminRoute(AdminAPI.createRole, "SetUpRole") { try await $0.createRole($1) },
    AdminRoute(AdminAPI.listRoles, "ListRoles") { try await $0.list(.role, $1) },
    AdminRoute(AdminAPI.showRole, "DescribeIdentity") { try await $0.show(.role, $1) },
    AdminRoute(AdminAPI.deleteRole, "RemoveIdentity") { try await $0.delete(.role, $1) },
  ]

  private static let kmipClients = [
    AdminRoute(AdminAPI.addKMIPClient, "AddClientCertificate") { try await $0.addKMIPClient($1) },
    AdminRoute(AdminAPI.listKMIPClients, "ListClientCertificates") { try await $0.listKMIPClients($1) },
    AdminRoute(AdminAPI.revokeKMIPClient, "RevokeClientCertificate") { try await $0.revokeKMIPClient($1) },
  ]

  private static let applications = [
    AdminRoute(AdminAPI.createApplication, "CreateApplication") { try await $0.createApplication($1) },
    AdminRoute(AdminAPI.listApplications, "ListApplications") { try await $0.listApplications($1) },
    AdminRoute(AdminAPI.showApplication, "DescribeApplication") { try await $0.showApplication($1) },
    AdminRoute(AdminAPI.changeApplication, "UpdateApplication") { try await $0.changeApplication($1) },
    AdminRoute(AdminAPI.deleteApplication, "DeleteApplication") { try await $0.deleteApplication($1) },
  ]

  private static let vaults = [
    AdminRoute(AdminAPI.createVault, "CreateVault") { try await $0.createVault($1) },
    AdminRoute(AdminAPI.listVaults, "ListVaults") { try await $0.listVaults($1) },
    AdminRoute(AdminAPI.showVault, "DescribeVault") { try await $0.showVault($1) },
    AdminRoute(AdminAPI.deleteVault, "DeleteVault") { try await $0.deleteVault($1) },
    AdminRoute(AdminAPI.recoverVault, "RecoverVault") { try await $0.recoverVault($1) },
    AdminRoute(AdminAPI.assignRole, "WriteRoleAssignment") { try await $0.assignRole($1) },
    AdminRoute(AdminAPI.unassignRole, "DeleteRoleAssignment") { try await $0.unassignRole($1) },
    AdminRoute(AdminAPI.adoptKey, "AdoptKey") { try await $0.adoptKey($1) },
    AdminRoute(AdminAPI.permitInVault, "UpdateVault") { try await $0.permitInVault($1) },
  ]

  private static let seals = [
    AdminRoute(AdminAPI.sealStatus, "ReadSeal") { call, _ in try await call.sealStatus() },
    AdminRoute(AdminAPI.replaceRoot, reading: { try await $0.wantedRoot($1) }) {
      try await $0.replaceRoot($1)
    },
    AdminRoute(AdminAPI.finishRoot, "ReplaceRoot") { call, _ in try await call.finishRoot() },
    AdminRoute(AdminAPI.createRecovery, "CreateRecovery") { try await $0.createRecovery($1) },
  ]

  private static let epochs = [
    AdminRoute(AdminAPI.rotateEpoch, "RenewEpoch") { call, _ in try await call.rotateEpoch() },
    AdminRoute(AdminAPI.beginErasure, "BeginErasure") { call, _ in try await call.beginErasure() },
    AdminRoute(AdminAPI.showEpochs, "ReadEpochs") { call, _ in try await call.showEpochs() },
  ]

  private static let policies = [
    AdminRoute(AdminAPI.explainPolicy, "ExplainPolicy") { try await $0.explainPolicy($1) }
  ]
}
