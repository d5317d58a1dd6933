import KMSDomain
import KMSEngine
import WireJSON

// Credentials of kinds that this server doesn't have. Clients ask for them before they delete a user.

struct GetLoginProfileOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.getLoginProfile

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> FindLoginProfile {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      FindLoginProfile(action, name, try input.user(orCaller: call))
    }
  }
}

struct DeleteLoginProfileOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deleteLoginProfile

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> FindLoginProfile {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      FindLoginProfile(action, name, try input.user(orCaller: call))
    }
  }
}

protocol ListOtherCredentialsOperation: IdentityOperation where Work == ListOtherCredentials {
  /// The name of the list that has no elements.
  static var list: String { get }
}

extension ListOtherCredentialsOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListOtherCredentials {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let user = try input.user(orCaller: call)
      _ = try input.queryPage()
      return ListOtherCredentials(action, name, user)
    }
  }

  static func encode(_ answer: Void, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list(list, texts: [])
    xml.pageEnd(nil)
  }
}

struct ListMFADevicesOperation: ListOtherCredentialsOperation {
  static let action = Action.listMFADevices
  static let list = "MFADevices"
}

struct ListSSHPublicKeysOperation: ListOtherCredentialsOperation {
  static let action = Action.listSSHPublicKeys
  static let list = "SSHPublicKeys"
}

struct ListServiceSpecificCredentialsOperation: ListOtherCredentialsOperation {
  static let action = Action.listServiceSpecificCredentials
  static let list = "ServiceSpecificCredentials"
}

struct ListSigningCertificatesOperation: ListOtherCredentialsOperation {
  static let action = Action.listSigningCertificates
  static let list = "Certificates"
}

struct ListVirtualMFADevicesOperation: IdentityOperation {
  static let action = Action.listVirtualMFADevices

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListOtherCredentialsOfAccount {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      _ = try input.text("AssignmentStatus", .assignmentStatus)
      _ = try input.queryPage()
      return ListOtherCredentialsOfAccount(action, name, of: call.account)
    }
  }

  static func encode(_ answer: Void, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("VirtualMFADevices", texts: [])
    xml.pageEnd(nil)
  }
}
