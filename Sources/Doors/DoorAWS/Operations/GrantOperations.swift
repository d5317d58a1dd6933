import KMSBytes
import KMSDomain
import KMSEngine
import WireJSON

extension AWSCall {
  fileprivate func grantID(_ text: String) throws(AWSError) -> GrantID {
    guard let id = GrantID(text) else { throw .invalidGrantID }
    return id
  }
}

struct CreateGrantOperation: AWSOperation {
  static let name = "CreateGrant"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateGrant {
    let request = try Input.read(json) { (input: inout Input) throws(AWSError) in try Request(&input) }
    guard let grantee = request.grantee else {
      throw .validation("Either GranteePrincipal or GranteeServicePrincipal is required.")
    }
    var retiring: GrantPrincipal?
    if let text = request.retiring { retiring = try GrantPrincipal(text) }
    let terms = GrantTerms(
      name: request.name, grantee: try GrantPrincipal(grantee).name, retiring: retiring?.name,
      operations: request.operations, constraints: request.constraints, issuer: call.account)
    return CreateGrant(try call.key(request.key, .keys), terms: terms, isDryRun: request.isDryRun)
  }

  static func encode(_ answer: CreateGrant.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    output.object { output in
      output.member("GrantToken", Base64.string(answer.token.bytes))
      output.member("GrantId", answer.grant.hex)
    }
  }

  /// The members of the request.
  private struct Request {
    let key: String
    let grantee: String?
    let retiring: String?
    let operations: GrantOperations
    let constraints: GrantConstraints
    let name: String
    let isDryRun: Bool

    init(_ input: inout Input) throws(AWSError) {
      key = try input.requiredText("KeyId", .keyID)
      grantee = try input.text("GranteePrincipal", .principal)
      retiring = try input.text("RetiringPrincipal", .principal)
      operations = try input.grantOperations()
      constraints = try input.grantConstraints()
      try input.grantTokens()
      name = try input.text("Name", .grantName) ?? ""
      isDryRun = try input.flag("DryRun") ?? false
      input.refuseServicePrincipal("GranteeServicePrincipal")
      input.refuseServicePrincipal("RetiringServicePrincipal")
    }
  }
}

struct ListGrantsOperation: AWSOperation {
  static let name = "ListGrants"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListGrants {
    let (key, id, grantee, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      input.refuseServicePrincipal("GranteeServicePrincipal")
      return (
        try input.requiredText("KeyId", .keyID), try input.text("GrantId", .grantID),
        try input.text("GranteePrincipal", .principal), try input.integer("Limit", ModelRange.limit),
        try input.text("Marker", .marker)
      )
    }
    var wanted: GrantID?
    if let id { wanted = try call.grantID(id) }
    var principal: GrantPrincipal?
    if let grantee { principal = try GrantPrincipal(grantee) }
    let reference = try call.key(key, .keys)
    let start = try Paging.name(in: marker)
    do throws(KMSError) {
      return try ListGrants(
        reference, id: wanted, grantee: principal?.name, marker: start, limit: GrantList.size(limit))
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  static func encode(_ answer: ListGrants.Answer, _ call: AWSCall, into output: inout JSONWriter) {
    let entries = answer.page.items.map { (grant: $0, key: answer.key.record.resourceName) }
    GrantList.write(entries, next: answer.page.next, into: &output)
  }
}

struct ListRetirableGrantsOperation: AWSOperation {
  static let name = "ListRetirableGrants"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> ListRetirableGrants {
    let (text, limit, marker) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      input.refuseServicePrincipal("RetiringServicePrincipal")
      return (
        try input.text("RetiringPrincipal", .principal), try input.integer("Limit", ModelRange.limit),
        try input.text("Marker", .marker)
      )
    }
    guard let text else {
      throw .validation("Either RetiringPrincipal or RetiringServicePrincipal is required.")
    }
    let principal = try GrantPrincipal(text)
    let start = try Paging.name(in: marker)
    do throws(KMSError) {
      return try ListRetirableGrants(
        retiredBy: principal.name, of: principal.account, in: call.region, marker: start,
        limit: GrantList.size(limit))
    } catch {
      throw AWSError(error, in: call.keyring)
    }
  }

  static func encode(
    _ answer: Page<ListRetirableGrants.Entry>, _ call: AWSCall, into output: inout JSONWriter
  ) {
    let entries = answer.items.map { (grant: $0.grant, key: $0.keyName) }
    GrantList.write(entries, next: answer.next, into: &output)
  }
}

struct RetireGrantOperation: AWSOperation {
  static let name = "RetireGrant"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> RetireGrant {
    let (token, key, id, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.text("GrantToken", .grantToken), try input.text("KeyId", .keyID),
        try input.text("GrantId", .grantID), try input.flag("DryRun") ?? false
      )
    }
    switch (token, key, id) {
    case (let token?, nil, nil):
      guard let token = GrantToken(text: token) else { throw .invalidGrantToken }
      return RetireGrant(.token(token), isDryRun: isDryRun)
    case (nil, let key?, let id?):
      let reference = try call.key(key, .keys)
      return RetireGrant(.grant(try call.grantID(id), of: reference), isDryRun: isDryRun)
    case (_, _, _): throw .validation("Specify either a grant token, or a key ID and a grant ID.")
    }
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

struct RevokeGrantOperation: AWSOperation {
  static let name = "RevokeGrant"

  static func decode(_ json: JSONValue, _ call: AWSCall) throws(AWSError) -> RevokeGrant {
    let (key, id, isDryRun) = try Input.read(json) { (input: inout Input) throws(AWSError) in
      (
        try input.requiredText("KeyId", .keyID), try input.requiredText("GrantId", .grantID),
        try input.flag("DryRun") ?? false
      )
    }
    let reference = try call.key(key, .keys)
    return RevokeGrant(try call.grantID(id), of: reference, isDryRun: isDryRun)
  }

  static func encode(_ answer: Void, _ call: AWSCall, into output: inout JSONWriter) {}
}

/// The lists of both operations.
private enum GrantList {
  private static let usual = 50
  private static let most = 100

  static func size(_ limit: Int?) -> Int { min(limit ?? usual, most) }

  static func write(
    _ entries: [(grant: GrantRecord, key: String)], next: String?, into output: inout JSONWriter
  ) {
    output.object { output in
      output.name("Grants")
      output.beginArray()
      for entry in entries { write(entry.grant, key: entry.key, into: &output) }
      output.endArray()
      Paging.write(next: next, into: &output)
    }
  }

  private static func write(_ grant: GrantRecord, key: String, into output: inout JSONWriter) {
    let terms = grant.terms
    output.object { output in
      output.member("KeyId", key)
      output.member("GrantId", grant.id.hex)
      output.member("Name", terms.name)
      output.name("CreationDate")
      output.seconds(milliseconds: grant.createdAt.milliseconds)
      output.member("GranteePrincipal", terms.grantee)
      if let retiring = terms.retiring { output.member("RetiringPrincipal", retiring) }
      output.member("IssuingAccount", ARN.accountRoot(terms.issuer))
      output.name("Operations")
      output.beginArray()
      for operation in terms.operations.members { output.value(operation.awsName) }
      output.endArray()
      if !terms.constraints.isEmpty { write(terms.constraints, into: &output) }
    }
  }

  private static func write(_ constraints: GrantConstraints, into output: inout JSONWriter) {
    output.name("Constraints")
    output.object { output in
      if let context = constraints.subset { write(context, as: "EncryptionContextSubset", into: &output) }
      if let context = constraints.equals { write(context, as: "EncryptionContextEquals", into: &output) }
    }
  }

  private static func write(
    _ context: EncryptionContext, as name: String, into output: inout JSONWriter
  ) {
    output.name(name)
    output.object { output in
      for pair in context.pairs { output.member(pair.name, pair.value) }
    }
  }
}
