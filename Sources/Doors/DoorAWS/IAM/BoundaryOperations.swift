import KMSDomain
import KMSEngine
import WireJSON

// What the policies of a user or role can allow at most.

protocol PutBoundaryOperation: CarrierOperation, SilentQueryOperation where Work == PutPermissionsBoundary {}

extension PutBoundaryOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> PutPermissionsBoundary {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      PutPermissionsBoundary(
        action, name, try input.identity(carrier, call),
        policy: try input.policyARN("PermissionsBoundary", call))
    }
  }
}

protocol DeleteBoundaryOperation: CarrierOperation, SilentQueryOperation
where Work == DeletePermissionsBoundary {}

extension DeleteBoundaryOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeletePermissionsBoundary {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeletePermissionsBoundary(action, name, try input.identity(carrier, call))
    }
  }
}

struct PutUserPermissionsBoundaryOperation: PutBoundaryOperation {
  static let action = Action.putUserPermissionsBoundary
  static let carrier = Carrier.user
}

struct PutRolePermissionsBoundaryOperation: PutBoundaryOperation {
  static let action = Action.putRolePermissionsBoundary
  static let carrier = Carrier.role
}

struct DeleteUserPermissionsBoundaryOperation: DeleteBoundaryOperation {
  static let action = Action.deleteUserPermissionsBoundary
  static let carrier = Carrier.user
}

struct DeleteRolePermissionsBoundaryOperation: DeleteBoundaryOperation {
  static let action = Action.deleteRolePermissionsBoundary
  static let carrier = Carrier.role
}

extension XMLWriter {
  /// Nothing for identities without one. The type is what AWS answers, not the word of its service model.
  mutating func boundary(_ resource: String?) {
    guard let resource else { return }
    element("PermissionsBoundary") { xml in
      xml.text("PermissionsBoundaryType", "Policy")
      xml.text("PermissionsBoundaryArn", resource)
    }
  }
}
