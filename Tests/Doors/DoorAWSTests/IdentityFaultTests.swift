import KMSDomain
import Testing

@testable import DoorAWS

@Suite("Faults of identities")
struct IdentityFaultTests {
  @Test(
    "each has IAM's code, status and words",
    arguments: [
      (IdentityFault.exists(.group, "x"), "EntityAlreadyExists", 409, "Group with name x already exists."),
      (
        .inlinePolicyNotFound(.user, "x"), "NoSuchEntity", 404,
        "The user policy with name x cannot be found."
      ),
      (
        .policyNotAttachable("arn"), "NoSuchEntity", 404, "Policy arn does not exist or is not attachable."
      ),
      (.policyNotAttached("arn"), "NoSuchEntity", 404, "Policy arn was not found."),
      (
        .loginProfileNotFound("x"), "NoSuchEntity", 404, "Login Profile for User x cannot be found."
      ),
      (
        .accessKeyNotFound("AKIA"), "NoSuchEntity", 404, "The Access Key with id AKIA cannot be found."
      ),
      (.tooMany(.policiesOfUser, 10), "LimitExceeded", 409, "Cannot exceed quota for PoliciesPerUser: 10"),
      (.tooMany(.policiesOfGroup, 10), "LimitExceeded", 409, "Cannot exceed quota for PoliciesPerGroup: 10"),
      (.tooMany(.policiesOfRole, 10), "LimitExceeded", 409, "Cannot exceed quota for PoliciesPerRole: 10"),
      (.tooMany(.groupsOfUser, 10), "LimitExceeded", 409, "Cannot exceed quota for GroupsPerUser: 10"),
      (.tooMany(.accessKeys, 2), "LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2"),
      (
        .inlinePoliciesTooLong(.role, "x", most: 10_240), "LimitExceeded", 409,
        "Maximum policy size of 10240 bytes exceeded for role x"
      ),
      (
        .holds(.clientCertificates), "DeleteConflict", 409,
        "Cannot delete entity, must revoke client certificates first."
      ),
      (
        .holds(.members), "DeleteConflict", 409,
        "Cannot delete entity, must remove users from group first."
      ),
    ])
  func words(fault: IdentityFault, code: String, status: Int, message: String) {
    #expect(AWSError(.identity(fault)) == AWSError(code, message, status: status))
  }
}
