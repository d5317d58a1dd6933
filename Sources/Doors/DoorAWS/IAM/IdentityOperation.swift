import KMSDomain
import WireJSON

/// An operation of IAM, which is called like its action.
protocol IdentityOperation: QueryOperation {
  static var action: Action { get }
}

extension IdentityOperation {
  static var name: String { String(action.operationName) }
  static var service: QueryService { .iam }
}

/// What carries policies, and how requests name it.
enum Carrier {
  case user
  case group
  case role

  var kind: IdentityKind {
    switch self {
    case .user: .user
    case .group: .group
    case .role: .role
    }
  }

  var member: String {
    switch self {
    case .user: "UserName"
    case .group: "GroupName"
    case .role: "RoleName"
    }
  }

  fileprivate var rule: TextRule {
    switch self {
    case .user: .existingUserName
    case .group: .groupName
    case .role: .roleName
    }
  }
}

extension Input {
  mutating func identity(_ carrier: Carrier, _ call: AWSCall) throws(AWSError) -> IdentityName {
    IdentityName(carrier.kind, try requiredText(carrier.member, carrier.rule), in: call.account)
  }
}
