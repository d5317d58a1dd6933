import AzureRoles
import KMSDomain

/// A refusal for want of a right, as Azure words it: in a vault with roles and in one with access policies.
struct VaultDenial {
  private let denial: KMSError.Denial
  private let call: VaultCall

  init(_ denial: KMSError.Denial, _ call: VaultCall) {
    self.denial = denial
    self.call = call
  }

  var error: AzureError {
    switch call.vault.authorization {
    case .roles: AzureError(403, "Forbidden", inner: "ForbiddenByRbac", rolesMessage)
    case .accessPolicies: AzureError(403, "Forbidden", inner: "AccessDenied", policiesMessage)
    }
  }

  private var who: String {
    "appid=\(call.application.clientID.text);oid=\(call.application.objectID.text)"
  }

  private var place: String { call.vault.name.text + ";location=" + call.vault.home.region }

  private var rolesMessage: String {
    let provider = DataAction.Provider(call.vault.home.kind)
    let action = VaultRights.dataAction(for: denial.action, in: provider)?.name(in: provider) ?? ""
    let resource = "/" + call.segments.filter { !$0.isEmpty }.joined(separator: "/")
    return [
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      "Caller: \(who)", "Action: '\(action)'", "Resource: '\(resource)'", "Assignment: (not found)",
      "Vault: \(place)",
    ].joined(separator: "\r\n")
  }

  private var policiesMessage: String {
    let permission = AccessPermission.name(of: denial.action) ?? ""
    let words = permission.split(separator: "/").joined(separator: " ")
    return
      "The user, group or application '\(who)' does not have \(words) permission on key vault '\(place)'. "
      + "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287"
  }
}
